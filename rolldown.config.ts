import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { defineConfig, type Plugin, type RolldownOptions } from 'rolldown'
import { thirdPartyLicenses } from './build/third-party-licenses.ts'
import { SELDOM_USED } from './main/docker/connection/client.ts'

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

/** Those that a licence asks for: others are for who reads the sources. */
const COMMENTS = { legal: true, annotation: false, jsdoc: false }

/** A file beside the code. */
const write = (fileName: string, source: string | Promise<Buffer>) => ({
  name: `write ${fileName}`,
  async generateBundle(this: { emitFile(file: object): void }) {
    this.emitFile({ type: 'asset', fileName, source: await source })
  },
})

const { resolve } = createRequire(import.meta.url)
/** By file. */
const seldomUsed = new Map(SELDOM_USED.map((name) => [resolve(name), name]))
/** What `loadClient` puts off is found by its name when it is called for. */
const putOff: Plugin = {
  name: 'put off',
  async resolveId(source, importer) {
    if (!importer?.includes('node_modules')) return
    const found = await this.resolve(source, importer)
    const name = found && seldomUsed.get(found.id)
    return name ? { id: name, external: true } : found
  },
}

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
      comments: COMMENTS,
    }),
    external: external.filter((name) => name !== 'dockerode'),
    plugins: [putOff, thirdPartyLicenses(), write('package.json', '{ "type": "commonjs" }\n')],
  },
  {
    input: 'app/electron/main.ts',
    ...forNode({ dir: 'dist/electron', format: 'esm', comments: COMMENTS }),
    plugins: [
      thirdPartyLicenses(),
      write('icon.png', readFile('build/icon.png')),
      write('tray.png', readFile('build/tray.png')),
    ],
  },
  /** A sandboxed preload script is one CommonJS file. */
  {
    input: 'app/electron/preload/preload.ts',
    ...forNode({ file: 'dist/electron/preload.cjs', format: 'cjs', cleanDir: false }),
  },
])
