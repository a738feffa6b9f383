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

/** A file beside the code. */
const write = (fileName: string, source: string | Promise<Buffer>) => ({
  name: `write ${fileName}`,
  async generateBundle(this: { emitFile(file: object): void }) {
    this.emitFile({ type: 'asset', fileName, source: await source })
  },
})

export default defineConfig([
  /**
   * The command line as it is shipped: few files, because loading hundreds is most of the time of a short command; and
   * CommonJS, because its compiled code can be kept (app/cli/shipped), and because to an ES module Node evaluates all
   * that a part of its own exports, and not only what is used.
   */
  {
    input: 'app/cli/shipped/main.ts',
    ...forNode({
      dir: 'dist/cli',
      format: 'cjs',
      strict: true,
      // What is kept of a module cannot load an ES module.
      dynamicImportInCjs: false,
      comments: { legal: true, annotation: false, jsdoc: false },
    }),
    plugins: [write('package.json', '{ "type": "commonjs" }\n')],
  },
  {
    input: 'app/electron/main.ts',
    ...forNode({ dir: 'dist/electron', format: 'esm' }),
    plugins: [write('icon.png', readFile('build/icon.png')), write('tray.png', readFile('build/tray.png'))],
  },
  /** A sandboxed preload script is one CommonJS file. */
  {
    input: 'app/electron/preload/preload.ts',
    ...forNode({ file: 'dist/electron/preload.cjs', format: 'cjs', cleanDir: false }),
  },
])
