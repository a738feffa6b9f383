import { randomBytes } from 'node:crypto'
import { inPairs, type Pairs } from './pairs.ts'
import { rawReset } from './raw-reset.ts'
import { measure, type Sample } from './sample.ts'
import { createSubject, quietRun, type Subject } from './subject.ts'
import { type Peer, pristine } from './tools.ts'

/** One comparison. `reach` is the ratio that we want to stay below; nothing fails when we do not. */
export interface Figure {
  work: string
  against: string
  reach?: number
  pairs: Pairs
}

/** `up` with nothing to do, and `reset`: whole processes, on the same definition in the same folder. */
export async function againstPeer(count: number, peer: Peer): Promise<Figure[]> {
  await using subject = await createSubject()
  await pristine(subject, 'up')
  await peer.up(subject)
  return [
    {
      work: '`up`, nothing to do',
      against: '`devcontainer up`, nothing to do',
      reach: 0.36,
      pairs: await inPairs(
        count,
        () => pristine(subject, 'up'),
        () => peer.up(subject),
      ),
    },
    {
      work: '`reset`',
      against: '`devcontainer up --remove-existing-container`',
      reach: 0.42,
      pairs: await inPairs(
        count,
        () => pristine(subject, 'reset'),
        () => peer.up(subject, '--remove-existing-container'),
      ),
    },
  ]
}

/** The first `up` of a project: each time a new folder, an empty data folder and a Dockerfile never built before. */
export async function firstUp(count: number, peer: Peer): Promise<Figure> {
  const inNewFolder = async (up: (subject: Subject) => Promise<Sample>) => {
    await using subject = await createSubject({ nonce: randomBytes(8).toString('hex') })
    return await up(subject)
  }
  return {
    work: 'first `up`, base image present',
    against: '`devcontainer up`, first',
    reach: 1,
    pairs: await inPairs(
      count,
      () => inNewFolder((subject) => pristine(subject, 'up')),
      () => inNewFolder((subject) => peer.up(subject)),
    ),
  }
}

/** `reset` without the start of a process, against the engine calls that cannot be saved. */
export async function resetInside(count: number): Promise<Figure> {
  await using subject = await createSubject()
  await subject.engine.up(subject.folder, { frozen: false }, quietRun())
  await using raw = await rawReset(subject)
  return {
    work: '`reset`, inside the engine',
    against: 'the bare engine calls: remove, create, start',
    reach: 1.2,
    pairs: await inPairs(
      count,
      () => measure(() => subject.engine.reset(subject.folder, {}, quietRun())),
      () => measure(() => raw.replace()),
    ),
  }
}
