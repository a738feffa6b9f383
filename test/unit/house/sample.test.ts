import { afterEach, expect, test, vi } from 'vitest'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.resetModules()
})

/** What a run takes of five, and of tests in halves and thirds; `sample` as in the environment. */
async function takenIn(sample: string | undefined): Promise<(string | number)[]> {
  vi.resetModules()
  vi.stubEnv('PRISTINE_SAMPLE', sample)
  const { halves, notInSamples, sampled, thirds } = await import('../../sample.ts')
  const taken: (string | number)[] = sampled([1, 2, 3, 4, 5], 4)
  const declare = (name: string) => taken.push(name)
  for (const [index, one] of halves(declare).entries()) one(`half ${index}`)
  for (const [index, one] of thirds(declare).entries()) one(`third ${index}`)
  notInSamples(declare)('long')
  return taken
}

test('a sample takes a part, the twelve of them everything but what is in none, and no sample everything', async () => {
  expect(await takenIn('0')).toEqual([1, 5, 'half 0', 'third 0'])
  expect(await takenIn('7')).toEqual([4, 'half 1', 'third 1'])
  const numbers = Array.from({ length: 12 }, (_, number) => String(number))
  const all = new Set<string | number>()
  for (const number of numbers) for (const one of await takenIn(number)) all.add(one)
  const whole = await takenIn(undefined)
  expect(whole).toHaveLength(11)
  expect(whole.filter((one) => !all.has(one))).toEqual(['long'])
})

test('of a short list a sample takes at least one', async () => {
  vi.stubEnv('PRISTINE_SAMPLE', '11')
  const { sampled } = await import('../../sample.ts')
  expect(sampled(['one', 'two'], 6)).toEqual(['two'])
})

test('a sample begins with other files than the one before, and leaves none out', async () => {
  const files = Array.from({ length: 30 }, (_, index) => index)
  const begun = new Set<number>()
  for (let number = 0; number < 12; number++) {
    vi.resetModules()
    vi.stubEnv('PRISTINE_SAMPLE', String(number))
    const { inTurns } = await import('../../file-order.ts')
    const order = inTurns(files)
    expect([...order].sort((a, b) => a - b)).toEqual(files)
    begun.add(order[0] ?? -1)
  }
  expect(begun.size).toBe(12)
})

test('a number of a sample that is none is refused', async () => {
  vi.stubEnv('PRISTINE_SAMPLE', 'three')
  await expect(import('../../sample.ts')).rejects.toThrow('PRISTINE_SAMPLE is "three"')
})
