import { execFileSync, spawn } from 'node:child_process'
import { RigError } from './rig-error.ts'

/** How commands become root here: by being root, by a sudo that asks nothing, or not at all. */
export type Authority = 'root' | 'sudo' | 'none'

let known: Authority | undefined

/** Finds out, once, how this process can run a command as root. */
export function authority(): Authority {
  known ??= process.getuid?.() === 0 ? 'root' : sudoWorks() ? 'sudo' : 'none'
  return known
}

function sudoWorks(): boolean {
  try {
    execFileSync('sudo', ['-n', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** The environment for commands: a person's PATH on Debian lacks the folders of dockerd and iptables. */
export function commandEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`, LC_ALL: 'C.UTF-8' }
}

/** The command line that runs `command` as root. */
export function asRoot(command: string, args: string[]): [string, string[]] {
  return authority() === 'sudo' ? ['sudo', ['-n', command, ...args]] : [command, args]
}

/**
 * Runs a command to its end and returns its standard output.
 * Throws a RigError with the last lines of its standard error when it fails.
 */
export function run(command: string, args: string[], options: { cwd?: string } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...options,
      env: commandEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
    child.once('error', (cause) =>
      reject(new RigError(`"${command}" cannot be run`, `Is ${command} installed?`, { cause })),
    )
    child.once('close', (code, signal) => {
      if (code === 0) return resolve(Buffer.concat(out).toString())
      const said = lastLines(Buffer.concat([...out, ...err]).toString(), 15)
      const line = [command, ...args].join(' ').slice(0, 200)
      reject(
        new RigError(
          `"${line}" ended with ${code ?? signal}:\n${said}`,
          'Correct what it says, start again.',
        ),
      )
    })
  })
}

/** Like `run`, as root. */
export function runAsRoot(command: string, args: string[]): Promise<string> {
  return run(...asRoot(command, args))
}

/** Like `runAsRoot`, for a question: whether the command succeeds. */
export async function succeedsAsRoot(command: string, args: string[]): Promise<boolean> {
  return runAsRoot(command, args).then(
    () => true,
    () => false,
  )
}

/** The last `count` lines of a text, without the empty ones. */
export function lastLines(text: string, count: number): string {
  return text.split('\n').filter(Boolean).slice(-count).join('\n')
}
