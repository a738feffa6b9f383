import { describe, expect, test } from 'vitest'
import { whyBorrowed } from '../rig/borrowed-engine.ts'
import { dockerCompose } from '../rig/docker-plugins.ts'
import { sampled } from '../sample.ts'
import { observeCompose, observeStack } from './oracle/stack-containers.ts'
import { STACKS } from './oracle/stacks.ts'

/*
 * docker-compose is the oracle: both tools make containers of the same files on the same engine, and whatever these differ in
 * is written down here and in docs/differences.md, or is a fault.
 */
describe.skipIf(whyBorrowed())('the containers are those of docker-compose:', () => {
  test.each(sampled(STACKS, 12))('$title', async (one) => {
    const compose = await dockerCompose()
    const [theirs, ours] = await Promise.all([observeCompose(compose, one), observeStack(one)])
    expect(ours).toEqual(theirs)
  })
})
