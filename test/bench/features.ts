import { randomBytes } from 'node:crypto'
import { publishFeatureFixtures } from '../rig/feature-fixtures.ts'
import type { Figure } from './figures.ts'
import { inPairs } from './pairs.ts'
import type { Sample } from './sample.ts'
import { createSubject, type Subject } from './subject.ts'
import { type Peer, pristine } from './tools.ts'

const NAMESPACE = 'bench/features'
/** Three in the definition, and three that these need. */
const THREE = ['suite:1', 'renamed:3', 'editor:1']
const FIVE = ['suite:1', 'renamed:3', 'editor:1', 'account:1', 'toolbox:2']

/** The first `up` with three features of a registry, and `up` with nothing to do with five. `registry`: `127.0.0.1:PORT`. */
export async function withFeatures(count: number, peer: Peer, registry: string): Promise<Figure[]> {
  // The peer speaks plain HTTP to this name only.
  const named = registry.replace('127.0.0.1', 'localhost')
  await publishFeatureFixtures(registry, NAMESPACE, named)
  const definitionOf = (features: string[]) => ({
    features: Object.fromEntries(features.map((feature) => [`${named}/${NAMESPACE}/${feature}`, {}])),
  })
  const inNewFolder = async (up: (subject: Subject) => Promise<Sample>) => {
    const nonce = randomBytes(8).toString('hex')
    await using subject = await createSubject({ nonce, definition: definitionOf(THREE) })
    return await up(subject)
  }
  const first = await inPairs(
    count,
    () => inNewFolder((subject) => pristine(subject, 'up')),
    () => inNewFolder((subject) => peer.up(subject)),
  )
  await using subject = await createSubject({ definition: definitionOf(FIVE) })
  await pristine(subject, 'up')
  await peer.up(subject)
  const again = await inPairs(
    count,
    () => pristine(subject, 'up'),
    () => peer.up(subject),
  )
  return [
    {
      work: 'first `up` with three features of a registry',
      against: '`devcontainer up`, first',
      reach: 1,
      pairs: first,
    },
    {
      work: '`up` with five features, nothing to do',
      against: '`devcontainer up`, nothing to do',
      reach: 0.38,
      pairs: again,
    },
  ]
}
