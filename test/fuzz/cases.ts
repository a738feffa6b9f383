import fc from 'fast-check'
import { type ProjectTexts, projectTexts } from './project-texts.ts'

/** In milliseconds: how long a failing case is made smaller. */
const SHRINKING = 20_000

/** A case that fails, as a person can read it: texts as JSON strings, or in base 64 if they are not UTF-8. */
export interface Failure {
  wrong: string
  devcontainer: string | undefined
  dockerfile: string
  inRepository: boolean
}

/** Tries a case, and smaller ones if it fails. Case `index` of a seed always has the same texts. */
export async function tryCase(
  seed: number,
  index: number,
  ask: (texts: ProjectTexts) => Promise<void>,
): Promise<Failure | undefined> {
  const details = await fc.check(fc.asyncProperty(projectTexts, ask), {
    seed: mixed(seed, index),
    numRuns: 1,
    interruptAfterTimeLimit: SHRINKING,
  })
  const [texts] = details.counterexample ?? []
  return texts && failureOf(texts, String((details.errorInstance as Error | null)?.message))
}

/** The failure of a case that could not be tried to its end. */
export function failedCase(seed: number, index: number, wrong: string): Failure {
  const [texts] = fc.sample(projectTexts, { seed: mixed(seed, index), numRuns: 1 })
  if (!texts) throw new Error('a sample of one is one')
  return failureOf(texts, wrong)
}

/** Seeds that follow each other give texts that are alike, unless they are mixed (the finalizer of MurmurHash3). */
function mixed(seed: number, index: number): number {
  let bits = (seed ^ Math.imul(index + 1, 0x9e3779b1)) | 0
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return bits ^ (bits >>> 16)
}

const failureOf = ({ devcontainer, dockerfile, inRepository }: ProjectTexts, wrong: string): Failure => ({
  wrong,
  devcontainer: devcontainer && printed(devcontainer),
  dockerfile: printed(dockerfile),
  inRepository,
})

function printed(bytes: Buffer): string {
  const text = bytes.toString()
  return Buffer.from(text).equals(bytes) ? JSON.stringify(text) : `base64 ${bytes.toString('base64')}`
}
