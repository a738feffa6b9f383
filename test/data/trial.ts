import { pristine } from '../engine/command.ts'
import type { TestProject } from '../engine/test-project.ts'
import { type Content, contentOf, load, SERVICES, wrongContent } from './stack.ts'
import type { Way } from './ways.ts'

/** What came of one trial. `missed`: the kill, because the command ended before it. */
export interface Outcome {
  what: string
  wrong: string[]
  missed: boolean
}

/** Resets the data while it is written to. The writers end with the containers that the reset replaces. */
export function resetUnderLoad(project: TestProject, rows: number, seed: Content): Promise<Outcome> {
  return tried('reset --data under load', async () => {
    await load(project, rows)
    return { wrong: await wrongAfterReset(project, seed) }
  })
}

/** Breaks the data and resets it. A way that changes nothing proves nothing. */
export function resetAfter(project: TestProject, way: Way, seed: Content): Promise<Outcome> {
  return tried(way.name, async () => {
    await way.act(project)
    const broken = await contentOf(project).catch(() => undefined)
    const isBroken = broken === undefined || SERVICES.some((one) => broken[one] !== seed[one])
    return { wrong: [...(isBroken ? [] : ['it breaks nothing']), ...(await wrongAfterReset(project, seed))] }
  })
}

/** A trial that throws is one in which something is wrong. It may say more exactly what it was. */
export async function tried(
  what: string,
  trial: () => Promise<Pick<Outcome, 'wrong'> & Partial<Outcome>>,
): Promise<Outcome> {
  const outcome = await trial().catch((error: unknown) => ({ wrong: [String(error)] }))
  return { what, missed: false, ...outcome }
}

async function wrongAfterReset(project: TestProject, seed: Content): Promise<string[]> {
  const { code, stdout, stderr } = await pristine(project, 'reset', '--data', '--json')
  if (code !== 0) return [`reset --data ended with ${code}: ${stdout}${stderr}`]
  return wrongContent(await contentOf(project), { seed }, ['seed'])
}
