// Blocks of any form as consensus encodes them.
import { createBlockFromRLP } from '@ethereumjs/block';
import { readBlockFile } from 'parallel-evm';
import { describe, expect, it } from 'vitest';
import { decodeBlockSync } from '../../src/block/decode.ts';
import { rlpOfBlock } from '../../src/block/encode.ts';
import { chainOf } from '../../src/block/file-chain.ts';
import { openBlock } from '../../src/rules/body.ts';

const FIXTURES = ['features', 'features-paris', 'features-shanghai', 'features-cancun', 'features-prague', 'mini'];

describe.each(FIXTURES)('the block %s', (name) => {
  it('is encoded alike from JSON-RPC and from an object, and decodes to the same', async () => {
    const file = await readBlockFile(`test/fixtures/${name}.json.gz`);
    const { common } = chainOf(file);
    common.customCrypto.kzg = {} as never; // its presence is asked for, nothing of it is called
    const rlp = rlpOfBlock(file.block);
    expect(rlpOfBlock(rlp)).toBe(rlp);
    const object = createBlockFromRLP(rlp, { common, setHardfork: true });
    expect(rlpOfBlock(object)).toEqual(rlp);
    const options = { common, hardfork: file.hardfork };
    expect(decodeBlockSync(rlp, options)).toEqual(decodeBlockSync(file.block, options));
    const { header, transactions, withdrawals } = openBlock(rlp);
    expect(header.hash).toBe(file.header.hash);
    expect(transactions).toHaveLength(file.block.transactions.length);
    expect(withdrawals?.length).toBe(file.block.withdrawals?.length);
  });

  it('needs every field of header and transactions', async () => {
    const { block } = await readBlockFile(`test/fixtures/${name}.json.gz`);
    const [first, ...rest] = block.transactions;
    const without = (change: object): unknown => ({ ...block, transactions: [{ ...first, ...change }, ...rest] });
    const fields: [unknown, string][] = [
      [{ ...block, receiptsRoot: undefined }, 'receiptsRoot'],
      [without({ r: undefined }), 'transactions[0].r'],
      [without({ nonce: null }), 'transactions[0].nonce'],
      [without({ type: 9 }), 'transactions[0].type'],
      [{ ...block, transactions: ['0x12'] }, 'transactions[0]'],
      ['0x12', 'block'],
    ];
    for (const [input, field] of fields) {
      const facts = { code: 'BAD_ARGUMENT', field };
      expect(() => rlpOfBlock(input as Uint8Array)).toThrow(expect.objectContaining(facts));
    }
  });
});
