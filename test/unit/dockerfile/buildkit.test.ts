import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readDockerfile } from '../../../main/definition/dockerfile/read-dockerfile.ts'
import { isProductError } from '../../../shared/errors.ts'

/** What BuildKit said of a Dockerfile; see test/fixtures/dockerfiles/README.md. */
type Answer = { text: string; args: Record<string, string>; target?: string } & (
  | { refused: true }
  | { refused?: never; images: string[]; downloads: string[]; paths: string[]; syntax?: string }
)

const file = new URL('../../fixtures/dockerfiles/buildkit-answers.json', import.meta.url)
const answers = JSON.parse(readFileSync(file, 'utf8')) as Answer[]

/** A reference as BuildKit completes it. */
function complete(reference: string): string {
  const host = reference.split('/')[0] ?? ''
  const named = !reference.includes('/')
    ? `docker.io/library/${reference}`
    : /[.:]/.test(host)
      ? reference
      : `docker.io/${reference}`
  return /[:@][^/]*$/.test(named) ? named : `${named}:latest`
}

test('there are answers to compare with', () => expect(answers.length).toBeGreaterThan(200))

test.for(answers.map((answer, at) => [at, answer] as const))(
  'agrees with BuildKit on Dockerfile %i',
  ([, answer]) => {
    const { text, args, target } = answer
    const read = () =>
      readDockerfile(text, { file: 'Dockerfile', args, ...(target !== undefined && { target }) })
    if (answer.refused) {
      expect(read).toThrow()
      return
    }
    let reading: ReturnType<typeof read>
    try {
      reading = read()
    } catch (error) {
      // What differs from one platform to the next, and git, Pristine cannot pin.
      expect(isProductError(error, 'definition-unsupported')).toBe(true)
      return
    }
    const syntax = answer.syntax === undefined ? [] : [complete(answer.syntax)]
    const images = [...answer.images.filter((image) => !image.includes('@')), ...syntax]
    expect(new Set(reading.images.map(({ reference }) => complete(reference)))).toEqual(new Set(images))
    expect(new Set(reading.downloads.map(({ url }) => url))).toEqual(new Set(answer.downloads))
    const patterns = new Set(reading.sources.flatMap((source) => source.patterns))
    // A path that hangs on an image's variables is not known before the build: then all may be read.
    if (!patterns.has('.')) expect(patterns).toEqual(new Set(answer.paths))
  },
)
