/** Writes one line about the rig on standard error; standard output belongs to `env`. */
export function say(text: string): void {
  process.stderr.write(`rig          ${text}\n`)
}

/** Runs one step and writes one line about it: its seconds, its name, and whether it failed. */
export async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now()
  const line = (mark: string) => {
    const seconds = ((performance.now() - began) / 1000).toFixed(1).padStart(6)
    process.stderr.write(`rig ${seconds} s ${mark}${name}\n`)
  }
  try {
    const result = await work()
    line('')
    return result
  } catch (error) {
    line('FAILED: ')
    throw error
  }
}
