import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Sample } from './sample.ts'

export type Variables = Record<string, string | undefined>

/** The clock tick in which Linux counts processor time for programs, in milliseconds. */
const TICK = 10

/**
 * Runs a program from its start to its end and measures it. Throws with what it printed unless it ends with 0.
 */
export async function measureProgram(
  command: string[],
  options: { cwd: string; env: Variables },
): Promise<Sample> {
  const [file = '', ...args] = command
  const used = childrenTime()
  const began = performance.now()
  const { code, output } = await new Promise<{ code: number | null; output: string }>((resolve, reject) => {
    const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    }
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output }))
  })
  const wall = performance.now() - began
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}:\n${output}`)
  const usedNow = childrenTime()
  return { wall, processor: used === undefined || usedNow === undefined ? undefined : usedNow - used }
}

/**
 * Processor time of all ended child processes and theirs, in milliseconds: fields 16 and 17 of /proc/PID/stat
 * (proc_pid_stat(5)); undefined where there is no such file.
 */
function childrenTime(): number | undefined {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[13]) + Number(fields[14])) * TICK
  } catch {
    return undefined
  }
}
