import { isNull } from '../yaml/node.ts'
import { defined } from './defined.ts'
import type { Fields } from './fields.ts'
import { shellWords } from './shell-words.ts'
import type { EnvFile, ServiceProgram } from './stack.ts'

/** What a service runs. Error: definition-invalid. */
export function readProgram(service: Fields): ServiceProgram {
  return {
    ...defined({
      command: readCommand(service, 'command'),
      entrypoint: readCommand(service, 'entrypoint'),
      user: service.text('user'),
      workingDir: service.text('working_dir'),
      init: service.boolean('init'),
      tty: service.boolean('tty'),
      stdinOpen: service.boolean('stdin_open'),
      stopSignal: service.text('stop_signal'),
      stopGracePeriod: service.duration('stop_grace_period'),
      hostname: service.text('hostname'),
      domainname: service.text('domainname'),
    }),
    environment: readEnvironment(service),
    envFiles: service.list('env_file').map(readEnvFile),
    extraHosts: service.texts('extra_hosts'),
    dns: service.texts('dns').filter(Boolean),
    dnsOptions: service.texts('dns_opt'),
    dnsSearch: service.texts('dns_search').filter(Boolean),
  }
}

/** A command: a list as it is, a text by its words; an empty one is an empty list. */
function readCommand(from: Fields, key: string): string[] | undefined {
  const node = from.node(key)
  if (node === undefined || isNull(node)) return undefined
  if (node.kind !== 'scalar') return from.texts(key)
  const words = shellWords(from.text(key) ?? '')
  if (typeof words === 'string') throw from.problem(key, `"${from.path(key)}": ${words}`)
  return words
}

/** The engine would cut a variable's name at its first "=". */
function readEnvironment(service: Fields): Record<string, string | null> {
  const environment = service.pairs('environment')
  for (const name of Object.keys(environment)) {
    if (/^$|[=\0]|\s$/.test(name)) {
      throw service.problem(
        'environment',
        `"${service.path('environment')}" has a name that no variable can have`,
      )
    }
  }
  return environment
}

function readEnvFile(file: Fields): EnvFile {
  const format = file.text('format')
  if (format !== undefined && format !== 'raw') {
    throw file.problem('format', `"${file.path('format')}" must be "raw", or not be there`)
  }
  return {
    path: file.requiredText('path'),
    required: file.boolean('required') ?? true,
    ...defined({ format }),
  }
}
