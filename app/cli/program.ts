import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { productError } from '../../shared/errors.ts'
import { Sha256 } from '../../shared/ids.ts'
import { VERSION } from '../version.ts'
import { printError } from './output.ts'
import { type CommonOptions, runVerb, type Session, UNREAD } from './session.ts'

type Action<O> = (session: Session, options: O & CommonOptions, operands: string[]) => Promise<number>

/** Runs the command line and ends the process with its exit code, which waits for no removal of a replaced container. */
export async function main(argv: string[]): Promise<never> {
  let unwritten: NodeJS.ErrnoException | undefined
  process.stdout.on('error', (error) => {
    unwritten ??= error
  })
  const code = await runProgram(argv)
  // What was printed is out before the process ends.
  await new Promise<void>((resolve) => process.stdout.write('', () => resolve()))
  // An earlier failure was already reported.
  if (code !== 0 && code !== UNREAD) process.exit(code)
  process.exit(unwritten && !READER_GONE.includes(unwritten.code ?? '') ? outputFailed(unwritten) : code)
}

/** The errors of a closed reader: of a pipe, and of a terminal. */
const READER_GONE = ['EPIPE', 'EIO']

/** Reports on stderr why the output could not be written, for example on a full disk. Returns the exit code. */
function outputFailed(error: Error): number {
  const failure = productError('output-failed', { problem: error.message }, { cause: error })
  printError(failure, { json: false, verbose: false })
  return failure.exit
}

/**
 * Runs the command line and returns its exit code. Each verb's code is loaded when it is called.
 */
export async function runProgram(argv: string[]): Promise<number> {
  let exitCode = 0
  const program = new Command('pristine')
    .description('Development environments that cannot drift.')
    .version(VERSION)
    .option('-C <dir>', 'work on the project in this folder')
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .configureOutput({ outputError: () => {} })
    .exitOverride()

  /** Adds a verb with the options that all have; `load` gives its action. */
  function verb<O>(usage: string, description: string, load: () => Promise<Action<O>>): Command {
    const command = program
      .command(usage)
      .description(description)
      .option('-C <dir>', 'work on the project in this folder')
      .option('--json', 'print one JSON document')
      .option('-q, --quiet', 'show no progress')
      .option('-v, --verbose', "show the steps' output, and the causes of an error")
      .option('-y, --yes', 'answer yes to questions about the environment (never about data)')
      .option('--no-input', 'never ask; fail and name the option to give')
      .option('--definition <file>', 'which definition to use, where there are several')
      .exitOverride()
    command.action(async (...given: unknown[]) => {
      const self = given.at(-1) as Command
      const options = self.optsWithGlobals() as O & CommonOptions
      const action = await load()
      exitCode = await runVerb(options, (session) => action(session, options, self.args))
    })
    return command
  }
  const trust = () =>
    new Option('--trust <fingerprint>', 'grant what was refused under this fingerprint').argParser(
      (given: string, before: string[] = []) => {
        if (Sha256.safeParse(given).success) return [...before, given]
        throw new InvalidArgumentError(
          'It is the fingerprint of 64 digits that "pristine trust --show" prints.',
        )
      },
    )
  const service = (which: string) => new Option('--service <name>', which)
  const frozen = () => new Option('--frozen', 'fail if the lock lacks a pin (default when CI is set)')

  verb(
    'up [folder|git-url[#branch]]',
    'build what is missing, replace what differs, start what is stopped; clone first what is a git URL',
    async () => (await import('./verbs/up.ts')).up,
  )
    .option('--plan', 'only say what would be done')
    .option('--into <dir>', 'the folder to clone into (default: one named for the repository)')
    .addOption(frozen())
    .addOption(trust())
  verb(
    'init [folder]',
    'propose a definition for a project that has none, and write it on consent',
    async () => (await import('./verbs/init.ts')).init,
  ).option('--plan', 'only show it')
  verb(
    'status',
    'show the state of the environment and what the definition wants',
    async () => (await import('./verbs/status.ts')).status,
  )
  verb(
    'doctor',
    'check this computer, and show what to do',
    async () => (await import('./verbs/doctor.ts')).doctor,
  ).option('--install', 'install a container engine, after consent')
  verb('list', 'list every project on this computer', async () => (await import('./verbs/list.ts')).list)
  verb(
    'trust',
    'show the permissions that the definition requests; on a terminal, grant them',
    async () => (await import('./verbs/trust.ts')).trust,
  )
    .option('--show', 'only show it')
    .option('--revoke', 'take back everything that was granted')
  verb(
    'secrets [list|set|remove] [name]',
    'manage the secrets that the definition declares; "set" reads the value from a pipe, or asks for it',
    async () => (await import('./verbs/secrets.ts')).secrets,
  )
  verb(
    'settings [name] [value] [file]',
    'your own settings for every environment: git-identity, ssh-agent, dotfiles, and your layer',
    async () => (await import('./verbs/settings.ts')).settings,
  ).option('--project', 'a layer for this project alone (default: for all)')
  verb('stop', 'stop the environment', async () => (await import('./verbs/stop.ts')).stop)
  verb(
    'restart',
    'stop and start the environment',
    async () => (await import('./verbs/stop.ts')).restart,
  ).addOption(service('only this service, and those that depend on it with "restart: true"'))
  verb(
    'reset',
    'replace the environment by a fresh one of a version',
    async () => (await import('./verbs/reset.ts')).reset,
  )
    .option('--to <version>', 'v11, an id, or known-good', 'known-good')
    .option(
      '--data [snapshot]',
      'its data too: to a snapshot, or to new volumes (empty, or what data.seed makes); what it was is kept as a snapshot',
    )
    .addOption(trust())
  verb(
    'snapshot <action> [name] [more]',
    'captures of the data: take [name], list, restore <name>, rename <name> <new-name>, delete <name>, export <name> <file>, import <file> [name]',
    async () => (await import('./verbs/snapshot.ts')).snapshot,
  ).addOption(trust())
  verb(
    'watch',
    'bring the environment up, and follow the definition until interrupted',
    async () => (await import('./verbs/watch.ts')).watch,
  )
    .addOption(frozen())
    .addOption(trust())
  verb(
    'versions',
    'list every version with its reason',
    async () => (await import('./verbs/versions.ts')).versions,
  ).option('--disk', 'with what each takes on the disk')
  verb(
    'diff <from> [to]',
    'show how two versions differ (to: the current one)',
    async () => (await import('./verbs/diff.ts')).diff,
  )
  verb(
    'mark <version>',
    'make a version the known-good one, until unmarked',
    async () => (await import('./verbs/mark.ts')).mark,
  )
  verb(
    'unmark',
    'let known-good follow the versions that become ready',
    async () => (await import('./verbs/mark.ts')).unmark,
  )
  verb(
    'drift',
    'show what the environment contains that its image does not',
    async () => (await import('./verbs/drift.ts')).drift,
  )
    .option('--check', 'fail if there is any')
    .addOption(service('only of this service'))
  verb('logs', 'show what the environment printed', async () => (await import('./verbs/logs.ts')).logs)
    .option('-f, --follow', 'go on until interrupted')
    .option('-n, --tail <lines>', 'only the last lines')
    .option('-t, --timestamps', 'with the time of each line')
    .addOption(service('only of this service'))
  verb(
    'exec <command...>',
    'run a command in the environment',
    async () => (await import('./verbs/exec.ts')).exec,
  )
    .addOption(service('in this service'))
    .passThroughOptions()
  verb(
    'shell',
    'open a shell in the environment',
    async () => (await import('./verbs/exec.ts')).shell,
  ).addOption(service('in this service'))
  verb(
    'open',
    'open the environment in an editor',
    async () => (await import('./verbs/open.ts')).open,
  ).option('--in <editor>', 'vscode, vscode-insiders or cursor (default: the first that is there)')
  verb(
    'top',
    'show the processes of the environment',
    async () => (await import('./verbs/top.ts')).top,
  ).addOption(service('only of this service'))
  verb(
    'files [path]',
    'list a folder of the environment, with how it differs from the image (default: /)',
    async () => (await import('./verbs/files.ts')).files,
  )
    .option('--find <text>', 'everything below it that has this text in its name')
    .addOption(service('of this service'))
  verb(
    'cp <from> <to>',
    'copy one file out of the environment or into it; "env:/path" is a path inside',
    async () => (await import('./verbs/cp.ts')).cp,
  )
    .option('--replace', 'replace a file that is there already')
    .addOption(service('of this service, or into it'))
  verb('ports', 'show the published ports', async () => (await import('./verbs/ports.ts')).ports)
  verb(
    'lock',
    'pin every external reference in pristine.lock',
    async () => (await import('./verbs/lock.ts')).lock,
  )
    .option('--check', 'write nothing; fail if the lock does not match')
    .option('--update [reference...]', 'move existing pins to what they point at today')
  verb(
    'outdated',
    'show which pins have newer versions',
    async () => (await import('./verbs/lock.ts')).outdated,
  )
  verb(
    'verify',
    'check that lock, image and environment are what the checkout says',
    async () => (await import('./verbs/verify.ts')).verify,
  )
  verb(
    'run <command...>',
    'run one command in a fresh container of the locked version',
    async () => (await import('./verbs/exec.ts')).run,
  )
    .addOption(frozen())
    .addOption(trust())
    .passThroughOptions()
  verb(
    'serve',
    'serve the app as a page for the browser on this computer, until interrupted',
    async () => (await import('./verbs/serve.ts')).serve,
  ).option('--port <number>', 'the port (default: a free one)')
  verb(
    'clean [folder]',
    'show which old versions can go; with --yes remove them',
    async () => (await import('./verbs/clean.ts')).clean,
  )
  verb(
    'fork <branch>',
    'try something in a worktree of its own, beside this one',
    async () => (await import('./verbs/fork.ts')).fork,
  )
    .option('--data [snapshot]', 'begin with the data of a snapshot, or as it is now, and not with none')
    .addOption(trust())
  verb(
    'rm [folder]',
    'remove the environment, also of a folder that is gone; versions and data stay',
    async () => (await import('./verbs/rm.ts')).rm,
  )
    .option('--data', 'remove its data too')
    .option('--versions', 'remove its images too')
    .option('--worktree', 'remove the fork: environment, data, images and the worktree; its branch stays')

  try {
    await program.parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (error) {
    // Help and version end this way too, with code 0; what commander refuses is a matter of usage.
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return 0
    // Help that was not asked for was printed.
    if (error.code.startsWith('commander.help')) return 2
    const end = argv.includes('--') ? argv.indexOf('--') : argv.length
    const json = argv.slice(0, end).includes('--json')
    const [problem = '', suggestion] = error.message.replace(/^error: /, '').split('\n')
    const help = 'Add --help to see what it takes.'
    const hint = suggestion ? `${suggestion.replace(/^\(|\)$/g, '')} ${help}` : help
    printError(productError('usage', { problem: sentence(problem), hint }), { json, verbose: false })
    return 2
  }
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
