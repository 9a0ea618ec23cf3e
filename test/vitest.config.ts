import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    alias: {
      'parallel-evm/testing': new URL('../dist/src/testing/index.js', import.meta.url).pathname,
      'parallel-evm': new URL('../dist/src/index.js', import.meta.url).pathname,
    },
  },
  test: { include: ['test/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000, pool: 'forks' },
});
