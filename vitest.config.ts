import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 30_000 } },
      {
        test: {
          name: 'engine',
          include: ['test/engine/**/*.test.ts'],
          globalSetup: ['test/engine/global-setup.ts'],
          testTimeout: 180_000,
          hookTimeout: 300_000,
          // Files share one engine, and Docker 20.10 fails some calls while another image is removed.
          retry: 1,
          fileParallelism: true,
          maxWorkers: 2,
        },
      },
    ],
  },
})
