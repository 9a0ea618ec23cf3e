// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// Keeps fingerprints of documents: a user of precompiles, of block hashes and of every LOG instruction.
contract Notary {
    event Filed(address indexed author, bytes32 indexed keccak, bytes32 indexed sha, bytes20 ripemd);

    error ModexpFailed();
    error BadSignature();

    uint256 public filed;
    mapping(bytes32 keccak => uint256) public filedAt;
    mapping(address author => bytes32) public lastSeen;

    function file(bytes calldata document) external {
        bytes32 fingerprint = keccak256(document);
        filedAt[fingerprint] = block.number;
        filed += 1;
        emit Filed(msg.sender, fingerprint, sha256(document), ripemd160(document));
    }

    function fileSigned(bytes calldata document, address author, uint8 v, bytes32 r, bytes32 s) external {
        bytes32 fingerprint = keccak256(document);
        if (ecrecover(fingerprint, v, r, s) != author) revert BadSignature();
        filedAt[fingerprint] = block.number;
        lastSeen[author] = fingerprint;
        filed += 1;
        emit Filed(author, fingerprint, 0, 0);
    }

    /// Raises `base` to `exponent` modulo `modulus` and keeps the result.
    function power(uint256 base, uint256 exponent, uint256 modulus) external returns (uint256 result) {
        bytes memory input = abi.encode(uint256(32), uint256(32), uint256(32), base, exponent, modulus);
        (bool ok, bytes memory output) = address(5).staticcall(input);
        if (!ok) revert ModexpFailed();
        result = abi.decode(output, (uint256));
        lastSeen[msg.sender] = bytes32(result);
    }

    /// A beacon made of recent block hashes.
    function witnessBlocks(uint256 count) external {
        bytes32 mix;
        for (uint256 i = 1; i <= count; ++i) {
            mix = keccak256(abi.encode(mix, blockhash(block.number - i)));
        }
        lastSeen[msg.sender] = mix;
    }

    function shout(bytes32 word) external {
        assembly {
            mstore(0, word)
            log0(0, 32)
            log1(0, 32, word)
            log2(0, 16, word, caller())
            log3(8, 8, word, caller(), number())
            log4(0, 0, word, caller(), number(), timestamp())
        }
    }
}
