import { expect, test } from 'vitest'
import { usageOf } from '../../../main/docker/disk-usage.ts'

const MB = 1_000_000
const volume = { Name: 'data', UsageData: { Size: 5 * MB, RefCount: 1 } }
const listed = (Id: string, ...unpacked: number[]) => ({
  Id,
  Manifests: unpacked.map((bytes) => ({
    ID: Id,
    Descriptor: { digest: Id, mediaType: 'application/vnd.oci.image.manifest.v1+json', size: 500 },
    Available: true,
    Kind: 'image' as const,
    Size: { Total: bytes, Content: 0 },
    ImageData: {
      Platform: { architecture: 'amd64', os: 'linux' },
      Containers: [],
      Size: { Unpacked: bytes },
    },
  })),
})

test('what an image has alone is its size without what it shares', () => {
  const { images, volumes } = usageOf(
    { Images: [{ Id: 'a', Size: 100 * MB, SharedSize: 98 * MB }], Volumes: [volume] },
    [{ Id: 'a' }],
    true,
  )
  expect(images.get('a')).toEqual({ own: 2 * MB, shared: 98 * MB })
  expect(volumes.get('data')).toEqual({ bytes: 5 * MB, containers: 1 })
})

test("in containerd's store the compressed layers, which images share too, are counted as nobody's own", () => {
  const Images = [{ Id: 'a', Size: 140 * MB, SharedSize: 98 * MB }]
  const { images } = usageOf({ Images }, [listed('a', 100 * MB, 0), listed('b', 1)], true)
  expect(images.get('a')).toEqual({ own: 2 * MB, shared: 98 * MB })
})

test('the answer of Docker 29 lists by kind, and says null or -1 of what it does not know', () => {
  const { images, volumes } = usageOf(
    {
      ImageUsage: { Items: [{ Id: 'a', Size: 3 * MB, SharedSize: -1 }] },
      VolumeUsage: { Items: [volume, { Name: 'other', UsageData: { Size: -1, RefCount: -1 } }] },
    },
    [listed('a', 2 * MB)],
    true,
  )
  expect(images.get('a')).toEqual({ own: 2 * MB, shared: 0 })
  expect([...volumes.values()]).toEqual([
    { bytes: 5 * MB, containers: 1 },
    { bytes: null, containers: null },
  ])
  expect(usageOf({ ImageUsage: null, VolumeUsage: {} }, [], true).images.size).toBe(0)
})

test('where every step of a build is an image, none has anything alone', () => {
  expect(usageOf({ Images: [{ Id: 'a', Size: MB, SharedSize: 0 }] }, [], false).images.size).toBe(0)
})
