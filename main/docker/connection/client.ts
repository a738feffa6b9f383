import { createRequire } from 'node:module'
import type Docker from 'dockerode'

/**
 * Parts of the client that only a build with a registry login, an ssh address, a connection taken over for a terminal
 * and a folder as context need, and that take longer to load than all the rest.
 */
export const SELDOM_USED = [
  'dockerode/lib/session.js',
  'docker-modem/lib/ssh.js',
  'docker-modem/lib/http_duplex.js',
  'tar-fs',
  '@balena/dockerignore',
]

/**
 * Loads the client without its seldom used parts, which it would otherwise load at once: each is replaced by one that
 * loads it when it is called or looked into.
 */
export async function loadClient(): Promise<typeof Docker> {
  const require = createRequire(import.meta.url)
  for (const name of SELDOM_USED) defer(require, name)
  return (await import('dockerode')).default
}

function defer(require: NodeJS.Require, name: string): void {
  const file = require.resolve(name)
  if (require.cache[file]) return
  let loaded: object | undefined
  const load = (): object => {
    if (!loaded) {
      delete require.cache[file]
      loaded = require(file) as object
    }
    return loaded
  }
  const exports = new Proxy(class {}, {
    apply: (_, self, given) => Reflect.apply(load() as () => unknown, self, given),
    construct: (_, given) => Reflect.construct(load() as new () => object, given),
    get: (_, key) => Reflect.get(load(), key),
  })
  require.cache[file] = {
    id: file,
    filename: file,
    loaded: true,
    exports,
    children: [],
    paths: [],
  } as unknown as NodeJS.Module
}
