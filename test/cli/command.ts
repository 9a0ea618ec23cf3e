// The built command, as a user starts it: needs `npm run build`.
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

const MAIN: string = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

export function command(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8', cwd: tmpdir() });
  return { status, stdout, stderr };
}
