import { describe, expect, test } from 'vitest'
import {
  decideServices,
  describeDecision,
  type FoundService,
  type WantedService,
} from '../../../main/environment/decide-services.ts'
import { isOneShot, type Needs, startOrder, stopOrder } from '../../../main/environment/start-order.ts'

const wanted = (name: string, more: Partial<WantedService> = {}): WantedService => ({
  ...{ name, part: '1', request: { Image: 'a' }, follows: [] },
  ...more,
})
const found = (name: string, more: Partial<FoundService> = {}): FoundService => ({
  ...{ id: `id of ${name}`, name, part: '1', request: '{"Image":"a"}', state: 'running' as const },
  ...more,
})
const words = (...args: Parameters<typeof decideServices>) => decideServices(...args).map(describeDecision)

describe('which containers stay', () => {
  test('those of which nothing changed, and the reason is said', () => {
    expect(
      words(
        [wanted('web', { part: '2' }), wanted('db'), wanted('queue')],
        [found('web'), found('db'), found('mail')],
      ),
    ).toEqual([
      'web is replaced: what defines it changed.',
      'db keeps running: nothing of it changed.',
      'queue is new.',
      'mail is removed: the definition has it no more.',
    ])
  })

  test('not those that this computer would make otherwise, or that do not run', () => {
    expect(
      words(
        [wanted('a', { request: { Image: 'b' } }), wanted('b'), wanted('c'), wanted('d')],
        [
          found('a'),
          found('b', { state: 'unhealthy' }),
          found('c', { state: 'stopped' }),
          found('d', { state: 'complete' }),
        ],
      ),
    ).toEqual([
      'a is replaced: the image on the engine changed.',
      'b is replaced: it is unhealthy.',
      'c is replaced: it is stopped.',
      'd keeps running: nothing of it changed.',
    ])
  })

  test('nor those that start anew with others, in any order and over several steps', () => {
    const services = [
      wanted('a', { follows: ['b'] }),
      wanted('b', { follows: ['c'] }),
      wanted('c', { part: '2' }),
      wanted('d', { follows: ['new'] }),
      wanted('new'),
      wanted('e', { follows: ['elsewhere'] }),
    ]
    const decided = words(
      services,
      ['a', 'b', 'c', 'd', 'e'].map((name) => found(name)),
    )
    expect(decided).toEqual([
      'a is replaced: it starts anew with b.',
      'b is replaced: it starts anew with c.',
      'c is replaced: what defines it changed.',
      'd is replaced: it starts anew with new.',
      'new is new.',
      'e keeps running: nothing of it changed.',
    ])
  })

  test('none of a reset, and none without labels', () => {
    expect(words([wanted('a')], [found('a')], { fresh: true })).toEqual([
      'a is replaced: a reset keeps nothing.',
    ])
    expect(words([wanted('a')], [found('a', { part: undefined })])).toEqual([
      'a is replaced: what defines it changed.',
    ])
  })
})

describe('the order of services', () => {
  const started = { condition: 'service_started' } as const
  const services = new Map<string, Needs>([
    [
      'web',
      { db: { condition: 'service_healthy' }, migrate: { condition: 'service_completed_successfully' } },
    ],
    ['migrate', { db: started }],
    ['db', {}],
    ['mail', { gone: started }],
    ['constructor', {}],
  ])

  test('starts what is needed first, and stops it last', () => {
    expect(startOrder(services)).toEqual([['constructor', 'db', 'mail'], ['migrate'], ['web']])
    expect(stopOrder(services)).toEqual([['web'], ['migrate'], ['constructor', 'db', 'mail']])
  })

  test('knows those that end by themselves', () => {
    expect([...services.keys()].filter((name) => isOneShot(name, services))).toEqual(['migrate'])
  })
})
