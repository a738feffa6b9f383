import path from 'node:path'
import { defineConfig } from 'vitest/config'
import { FileOrder } from './test/file-order.ts'
import { whyBorrowed } from './test/rig/borrowed-engine.ts'
import { isSample, sampled } from './test/sample.ts'

/** Electron's runtime is not everywhere: the shell is tested with a double of it, see test/electron/double/README.md. */
const double = path.join(import.meta.dirname, 'test/electron/double/electron.ts')
const resolve = { alias: [{ find: /^electron$/, replacement: double }] }

/** Engine and browser tests wait for other programs, on machines of any load: what passes on its second try is named. */
const retry = 1

/** What runs on containerd's image store, too; all of the engine's tests do in `npm run test:engines`. */
const ON_CONTAINERD = isSample ? ['first-light', 'bake'] : ['lifecycle', 'environment', 'build', 'bake']

/** Files of one long test each: a sample takes half of them. */
const LONG = [
  'engine/clock',
  'browser/palette',
  'engine/onbuild',
  'browser/trust',
  'engine/image-hooks',
  'engine/untracked',
]
const files = LONG.map((name) => `test/${name}.test.ts`)
const taken = sampled(files, 2)
const left = files.filter((file) => !taken.includes(file))

/**
 * What the tests on an engine and those of the page share, one more at once than there are cores: one waits for a clock, a
 * disk or a page while others compute. With five at once as many pass in an hour, and each takes more than twice as long.
 * They form one group, because Vitest ends a group before it begins the next, and the last file of each would run alone.
 */
const SHARED = {
  sequence: { groupOrder: 2 },
  maxWorkers: 3,
  setupFiles: ['test/rig/chosen-engine.ts', 'test/time-limit.ts'],
  expect: { poll: { timeout: 20_000 } },
  retry,
  testTimeout: 180_000,
  hookTimeout: 300_000,
}

/** These measure the memory of their process, which the files before them in it would change. */
const MEASURED = ['server/slow-reader', 'server/unverified-connections'].map(
  (name) => `test/unit/${name}.test.ts`,
)

const unit = {
  // Ends what hangs; how fast something is, is measured elsewhere, and a busy machine is no fault.
  testTimeout: 120_000,
  // Of two cores, Vitest by itself would leave one idle.
  maxWorkers: '100%',
  sequence: { groupOrder: 0 },
}

/** Groups run one after the other, because each takes as many workers as suit it. */
export default defineConfig({
  test: {
    sequence: { sequencer: FileOrder },
    projects: [
      {
        resolve,
        test: {
          ...unit,
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/electron/rules/*.test.ts'],
          exclude: MEASURED,
          // Most of these are done sooner than a process of their own would have loaded the modules.
          isolate: false,
        },
      },
      { resolve, test: { ...unit, name: 'unit-measured', include: MEASURED } },
      {
        resolve,
        test: {
          name: 'electron',
          sequence: { groupOrder: 1 },
          include: ['test/electron/*.test.ts'],
          globalSetup: ['test/electron/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          ...SHARED,
          name: 'engine',
          include: ['test/engine/**/*.test.ts'],
          exclude: left,
          globalSetup: ['test/engine/global-setup.ts'],
          // All of main is imported by each of these files.
          isolate: false,
        },
      },
      {
        test: {
          ...SHARED,
          name: 'containerd',
          include: whyBorrowed() ? [] : ON_CONTAINERD.map((name) => `test/engine/${name}.test.ts`),
          env: { PRISTINE_RIG_ENGINE: 'containerd' },
          globalSetup: ['test/engine/containerd-setup.ts'],
          // All of main is imported by each of these files.
          isolate: false,
        },
      },
      {
        test: {
          ...SHARED,
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          exclude: left,
          globalSetup: ['test/engine/global-setup.ts', 'test/browser/global-setup.ts'],
        },
      },
    ],
  },
})
