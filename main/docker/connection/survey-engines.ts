import type { EnginePlace } from '../../../shared/engine-state.ts'
import { isProductError } from '../../../shared/errors.ts'
import {
  contextAddress,
  contextNames,
  currentContext,
  type EngineAddress,
  namedAddress,
  usualAddresses,
} from './address.ts'
import { loadClient } from './client.ts'
import { openEngine, PING_DEADLINE, whyRefused } from './connect.ts'
import { engineVersion } from './engine-version.ts'
import { ping } from './ping.ts'

type Environment = Record<string, string | undefined>
type Named = Pick<EnginePlace, 'address' | 'from' | 'context'>

/**
 * Looks at every place where an engine may be: the one of the settings, `DOCKER_HOST`, each Docker context, and where
 * engines usually listen. Every address stands once. Never fails.
 */
export async function surveyEngines(env: Environment, settings: string | null): Promise<EnginePlace[]> {
  const [contexts, current] = await Promise.all([contextNames(env), currentContext(env)])
  const named: [Named, () => Promise<EngineAddress>][] = []
  const name = (from: EnginePlace['from'], text: string) =>
    named.push([{ address: text, from, context: null }, () => namedAddress(env, text)])
  if (settings !== null) name('settings', settings)
  if (env['DOCKER_HOST']) name('DOCKER_HOST', env['DOCKER_HOST'])
  for (const context of new Set([...(current === undefined ? [] : [current]), ...contexts])) {
    named.push([
      { address: `context "${context}"`, from: 'context', context },
      () => contextAddress(env, context),
    ])
  }
  for (const address of usualAddresses(env)) {
    named.push([{ address: address.text, from: 'usual', context: null }, async () => address])
  }
  const looked = await Promise.all(named.map(([place, address]) => probeAddress(place, address)))
  const seen = new Set<string>()
  const places = looked.filter(({ address }) => !seen.has(address) && seen.add(address))
  const chosen = settings !== null || env['DOCKER_HOST'] || current !== undefined
  const used = chosen ? places[0] : places.find(({ found }) => found.kind === 'engine')
  return places.map((place) => ({ ...place, chosen: place === used }))
}

async function probeAddress(
  named: Named,
  read: () => Promise<EngineAddress>,
): Promise<Omit<EnginePlace, 'chosen'>> {
  try {
    const address = await read()
    return { ...named, address: address.text, found: await pingAddress(address) }
  } catch (error) {
    if (!isProductError(error)) throw error
    return { ...named, found: { kind: 'other', problem: error.why } }
  }
}

async function pingAddress(address: EngineAddress): Promise<EnginePlace['found']> {
  const answer = await ping(address, PING_DEADLINE)
  switch (answer.kind) {
    case 'missing':
      return { kind: 'nothing' }
    case 'forbidden':
      return { kind: 'forbidden', refusal: await whyRefused(address) }
    case 'not-docker':
      return { kind: 'other', problem: `not a Docker engine: ${answer.answer}` }
    case 'silent':
      return { kind: 'other', problem: answer.problem }
    case 'engine': {
      const { buildkit } = answer
      return {
        kind: 'engine',
        ...(await engineVersion(openEngine(await loadClient(), address, buildkit))),
        buildkit,
      }
    }
  }
}
