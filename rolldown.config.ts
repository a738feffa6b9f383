import { defineConfig } from 'rolldown'

/** The command line as it is shipped: few files, because loading hundreds is most of the time of a short command. */
export default defineConfig({
  input: 'app/cli/main.js',
  platform: 'node',
  // jsonc-parser's other form requires its own parts in a way that no bundler follows.
  resolve: { mainFields: ['module', 'main'] },
  external: ['@parcel/watcher', 'dockerode', 'protobufjs'],
  output: { dir: 'dist/cli', format: 'esm', cleanDir: true },
})
