import { describe, expect, test } from 'vitest'
import { sampled } from '../sample.ts'
import { ALWAYS } from './oracle/differences.ts'
import { MERGE_DEFINITIONS, publishes } from './oracle/merge/definitions.ts'
import { mergedByBoth } from './oracle/merge/place.ts'
import { differences } from './oracle/observe.ts'

/*
 * What the Dev Containers CLI and Pristine make of a definition, of its image's label and of its features, compared before
 * anything is built: dozens of definitions cost less so than one container. oracle.test.ts compares what then runs.
 */
const canPublish = process.env['PRISTINE_RIG_REGISTRY'] !== undefined

describe.concurrent('both tools merge alike:', () => {
  for (const definition of sampled(MERGE_DEFINITIONS, 6)) {
    const { title, differs = ALWAYS } = definition
    test.skipIf(publishes(definition) && !canPublish)(title, async () => {
      const { peer, ours } = await mergedByBoth(definition)
      const expected = Object.entries(differs).map(([name, { because: _, ...sides }]) => [name, sides])
      expect(differences(peer, ours)).toEqual(Object.fromEntries(expected))
    })
  }
})
