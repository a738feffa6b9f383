import { productError } from '../../shared/errors.ts'
import type { KeyStore, SecretKey } from './key-store.ts'
import { runTool } from './key-store-tool.ts'

const STORE = 'the Secret Service'

/** How D-Bus reports that no service answers. */
const OF_THE_BUS = /D-?Bus|could not connect|address element|org\.freedesktop|message bus|\.service file/i
const NO_SERVICE =
  'No keyring answers in this session: it has no desktop, as over ssh, or the desktop has none (such as GNOME Keyring or KWallet).'

/** The Secret Service of Linux desktops (freedesktop.org), such as GNOME's keyring and KWallet, through `secret-tool`. */
export function secretService(env: Record<string, string | undefined>): KeyStore {
  const tool = {
    program: 'secret-tool',
    store: STORE,
    missing: 'There is no program "secret-tool" (Debian and Ubuntu: package libsecret-tools).',
    env,
  }
  const run = async (args: string[], input?: string) => {
    const { code, stdout, stderr } = await runTool(tool, args, input)
    // It prints nothing if it finds nothing.
    if (code !== 0 && stderr.trim() !== '') {
      const said = stderr.trim().replace(/^secret-tool: /, '')
      const problem = OF_THE_BUS.test(said) ? NO_SERVICE : said
      throw productError('key-store-unusable', { store: STORE, problem }, { cause: new Error(said) })
    }
    return { code, stdout }
  }
  return {
    name: STORE,
    read: async (key) => {
      const { code, stdout } = await run(['lookup', ...attributes(key)])
      return code === 0 ? stdout : undefined
    },
    write: async (key, value) => {
      await run(['store', `--label=Pristine: ${key.name}`, ...attributes(key)], value)
    },
    remove: async (key) => {
      await run(['clear', ...attributes(key)])
    },
  }
}

const attributes = ({ project, remote, name }: SecretKey): string[] => [
  ...['application', 'dev.pristine'],
  ...['project', project],
  ...['remote', remote ?? ''],
  ...['name', name],
]
