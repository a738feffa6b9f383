import type { Terminal } from '../../main/verbs/exec.ts'

/**
 * This process's own streams for a command inside a container. On a terminal the input is raw, so that every key
 * (Ctrl-C too) reaches the program inside; `restore` gives it back.
 */
export function openTerminal(): Terminal & { restore(): void } {
  const { stdin, stdout, stderr } = process
  const tty = stdin.isTTY === true && stdout.isTTY === true
  if (tty) stdin.setRawMode(true)
  return {
    stdin,
    stdout,
    stderr,
    tty,
    interactive: true,
    size: () => ({ columns: stdout.columns, rows: stdout.rows }),
    onResize: (listener) => {
      stdout.on('resize', listener)
      return () => stdout.off('resize', listener)
    },
    restore: () => {
      if (tty) stdin.setRawMode(false)
      stdin.pause()
      stdin.unref?.()
    },
  }
}
