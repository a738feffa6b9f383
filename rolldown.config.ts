import { readFile } from 'node:fs/promises'
import { defineConfig, type RolldownOptions } from 'rolldown'

/** What Node and Electron load themselves: native parts, and what is read from its own folder while it runs. */
const external = [
  '@grpc/grpc-js',
  '@parcel/watcher',
  'dockerode',
  'protobufjs',
  'electron',
  'electron-updater',
]

const forNode = (output: RolldownOptions['output']): RolldownOptions => ({
  platform: 'node',
  // jsonc-parser's other form requires its own parts in a way that no bundler follows.
  resolve: { mainFields: ['module', 'main'] },
  external,
  output: { cleanDir: true, ...output },
})

/** A file that is shipped as it is. */
const copy = (from: string, fileName: string) => ({
  name: `copy ${fileName}`,
  async generateBundle(this: { emitFile(file: object): void }) {
    this.emitFile({ type: 'asset', fileName, source: await readFile(from) })
  },
})

export default defineConfig([
  /** The command line as it is shipped: few files, because loading hundreds is most of the time of a short command. */
  { input: 'app/cli/main.js', ...forNode({ dir: 'dist/cli', format: 'esm' }) },
  {
    input: 'app/electron/main.ts',
    ...forNode({ dir: 'dist/electron', format: 'esm' }),
    plugins: [copy('build/icon.png', 'icon.png'), copy('build/tray.png', 'tray.png')],
  },
  /** A sandboxed preload script is one CommonJS file. */
  {
    input: 'app/electron/preload/preload.ts',
    ...forNode({ file: 'dist/electron/preload.cjs', format: 'cjs', cleanDir: false }),
  },
])
