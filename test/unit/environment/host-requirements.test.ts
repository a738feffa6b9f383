import { describe, expect, it } from 'vitest'
import { imageRequirements } from '../../../main/definition/devcontainer/image-metadata.ts'
import {
  requirementsBeyond,
  unmetRequirements,
} from '../../../main/environment/computer/host-requirements.ts'
import { expectError, read } from '../definition/project.ts'

const wanted = async (hostRequirements: object) =>
  (await read({ image: 'debian', hostRequirements })).hostRequirements

describe('hostRequirements', () => {
  it.each([
    [
      { cpus: 4, memory: '8gb', storage: '32gb' },
      { cpus: 4, memory: 8e9, storage: 32e9 },
    ],
    [
      { memory: '512mb', storage: '1tb' },
      { memory: 512e6, storage: 1e12 },
    ],
    [
      { memory: '64KB', storage: '4096' },
      { memory: 64e3, storage: 4096 },
    ],
    [{ gpu: true }, { gpu: true }],
    [{ gpu: { cores: 1000, memory: '32gb' } }, { gpu: true }],
    [{ gpu: 'optional' }, undefined],
    [{ gpu: false }, undefined],
    [{}, undefined],
  ])('%j', async (written, read) => {
    expect(await wanted(written)).toEqual(read)
  })

  it.each([
    [{ cpus: 0 }, '"hostRequirements.cpus" must be at least 1'],
    [{ cpus: '4' }, '"hostRequirements.cpus" must be'],
    [{ memory: 8 }, '"hostRequirements.memory" must be a string, not a number'],
    [{ memory: '8 gigabytes' }, '"hostRequirements.memory" must be an amount of bytes such as "8gb"'],
    [{ storage: '-1gb' }, '"hostRequirements.storage" must be an amount of bytes'],
    [{ gpu: 'yes' }, '"hostRequirements.gpu" must be true, false, "optional", or an object'],
    ['4', '"hostRequirements" must be an object, not a string'],
  ])('%j is refused with its place', async (hostRequirements, problem) => {
    await expectError(read({ image: 'debian', hostRequirements }), 'definition-invalid', {
      line: expect.any(Number),
      problem: expect.stringContaining(problem),
    })
  })

  const small = { cpus: 2, memory: 4e9, disk: 20e9, gpu: false }

  it('that are met need no word', () => {
    expect(unmetRequirements({ cpus: 2, memory: 4e9, storage: 20e9 }, small)).toEqual([])
    expect(unmetRequirements({ gpu: true }, { ...small, gpu: true }, true)).toEqual([])
  })

  it('that are not met are named, with what is there', () => {
    expect(unmetRequirements({ cpus: 8, memory: 16e9, storage: 32e9, gpu: true }, small)).toEqual([
      'The definition wants 8 processors (hostRequirements.cpus); the engine has 2.',
      'The definition wants 16 GB of memory (hostRequirements.memory); the engine has 4 GB.',
      "The definition wants 32 GB of storage (hostRequirements.storage); the engine's disk has 20 GB.",
      'The definition wants a GPU (hostRequirements.gpu); the engine has no runtime for one.',
    ])
    expect(unmetRequirements({ gpu: true }, { ...small, gpu: true })).toEqual([
      expect.stringContaining('"--gpus=all"'),
    ])
  })

  it('of an image are the greatest of its entries, and count beyond those of the definition', () => {
    const entries = [
      { hostRequirements: { cpus: 4, memory: '8gb' } },
      { hostRequirements: { cpus: 8, memory: '512mb', gpu: 'optional' } },
      { hostRequirements: { cpus: 'many' } },
    ]
    const image = imageRequirements(JSON.stringify(entries), 'base:1')
    expect(image).toEqual({ cpus: 8, memory: 8e9 })
    expect(requirementsBeyond(image, { cpus: 4, memory: 16e9, gpu: true })).toEqual({ cpus: 8 })
    expect(requirementsBeyond(image, image)).toEqual({})
    expect(unmetRequirements({ cpus: 8 }, small, false, 'The image')).toEqual([
      'The image wants 8 processors (hostRequirements.cpus); the engine has 2.',
    ])
  })

  it('that cannot be checked are not', () => {
    const unknown = { cpus: undefined, memory: undefined, disk: undefined, gpu: true }
    expect(unmetRequirements({ cpus: 8, memory: 16e9, storage: 32e9 }, unknown)).toEqual([])
  })
})
