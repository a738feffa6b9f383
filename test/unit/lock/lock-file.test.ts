import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  compareLock,
  lockPath,
  lockText,
  parseLock,
  readLock,
  writeLock,
} from '../../../main/lock/lock-file.ts'
import { EMPTY_LOCK, Lock } from '../../../shared/lock.ts'
import { scratch } from '../inputs/scratch.ts'

const SHA = `sha256:${'a'.repeat(64)}`
const lock: Lock = {
  lockVersion: 1,
  images: {
    'node:24': { resolved: `docker.io/library/node@${SHA}` },
    '10': { resolved: `docker.io/library/10@${SHA}` },
    '9': { resolved: `docker.io/library/9@${SHA}` },
  },
  downloads: { 'https://x.org/a': { integrity: SHA } },
}

test('a lock stands beside the definition', () => {
  expect(lockPath('Dockerfile')).toBe('pristine.lock')
  expect(lockPath('.devcontainer.json')).toBe('pristine.lock')
  expect(lockPath('.devcontainer/devcontainer.json')).toBe('.devcontainer/pristine.lock')
  expect(lockPath('/x/y/Dockerfile')).toBe('/x/y/pristine.lock')
})

test('the lock of the largest definition can be read back', async () => {
  await using folder = await scratch()
  const images = Array.from({ length: 40_000 }, (_, index) => [
    `image-${index}:1`,
    { resolved: `docker.io/library/image-${index}@${SHA}` },
  ])
  const large: Lock = { lockVersion: 1, images: Object.fromEntries(images), downloads: {} }
  await writeLock(folder, 'pristine.lock', large)
  expect(await readLock(folder, 'pristine.lock')).toEqual(large)
})

describe('the text of a lock', () => {
  test('has sorted keys, two spaces, LF and a final newline', () => {
    expect(lockText(lock)).toBe(`{
  "downloads": {
    "https://x.org/a": {
      "integrity": "${SHA}"
    }
  },
  "images": {
    "10": {
      "resolved": "docker.io/library/10@${SHA}"
    },
    "9": {
      "resolved": "docker.io/library/9@${SHA}"
    },
    "node:24": {
      "resolved": "docker.io/library/node@${SHA}"
    }
  },
  "lockVersion": 1
}
`)
    expect(lockText(EMPTY_LOCK)).toBe('{\n  "downloads": {},\n  "images": {},\n  "lockVersion": 1\n}\n')
  })

  test('has what an image leaves to a build, and reads it back', () => {
    const resolved = `docker.io/library/a@${SHA}`
    const text = lockText({
      lockVersion: 1,
      images: { a: { resolved, onbuild: ['COPY . /app', 'RUN x'] } },
      downloads: {},
    })
    expect(text).toContain(`    "a": {
      "onbuild": [
        "COPY . /app",
        "RUN x"
      ],
      "resolved": "${resolved}"
    }
`)
    expect(lockText(parseLock(text, 'x'))).toBe(text)
  })

  test('has the hooks of an image, with its members in one order', () => {
    const resolved = `docker.io/library/a@${SHA}`
    const metadata = [{ onCreateCommand: 'make', remoteUser: 'dev' }]
    const text = lockText({ lockVersion: 1, images: { a: { resolved, metadata } }, downloads: {} })
    expect(text).toContain(`    "a": {
      "metadata": [
        {
          "onCreateCommand": "make",
          "remoteUser": "dev"
        }
      ],
      "resolved": "${resolved}"
    }
`)
    expect(lockText(parseLock(text, 'x'))).toBe(text)
  })

  test('comes back as it was, and does not depend on the order of pins', () => {
    const hex = fc.stringMatching(/^[0-9a-f]{64}$/)
    const pins = <T>(value: fc.Arbitrary<T>) =>
      fc.uniqueArray(fc.tuple(fc.string(), value), { selector: ([key]) => key })
    const image = fc
      .tuple(fc.stringMatching(/^[a-z0-9]{1,9}$/), fc.stringMatching(/^\w{1,5}$/), hex)
      .map(([name, tag, sha]): [string, { resolved: string }] => [
        `${name}:${tag}`,
        { resolved: `docker.io/library/${name}@sha256:${sha}` },
      ])
    const integrity = hex.map((sha) => ({ integrity: `sha256:${sha}` }))
    fc.assert(
      fc.property(
        fc.uniqueArray(image, { selector: ([key]) => key }),
        pins(integrity),
        (images, downloads) => {
          const one: Lock = {
            lockVersion: 1,
            images: Object.fromEntries(images),
            downloads: Object.fromEntries(downloads),
          }
          const two: Lock = {
            downloads: Object.fromEntries(downloads.toReversed()),
            images: Object.fromEntries(images.toReversed()),
            lockVersion: 1,
          }
          expect(lockText(two)).toBe(lockText(one))
          expect(parseLock(lockText(one), 'x')).toEqual(one)
        },
      ),
    )
  })
})

describe('reading', () => {
  test('a lock that is not there gives none', async () => {
    await using folder = await scratch({})
    expect(await readLock(folder, 'pristine.lock')).toBeUndefined()
    expect(await readLock(folder, 'no/pristine.lock')).toBeUndefined()
  })

  test.for([
    ['{\n  "lockVersion": 1,\n  oops\n}', 'line 3, column 3'],
    ['', 'line 1, column 1'],
    [`{\n<<<<<<< HEAD\n"a": 1\n=======\n`, 'line 2 is a merge conflict'],
    ['{"lockVersion": 2}', 'newer Pristine'],
    ['{"lockVersion": "1"}', '"lockVersion" must be 1'],
    ['[]', 'object'],
    ['{"lockVersion":1,"images":{}}', '"downloads"'],
    ['{"lockVersion":1,"images":{},"downloads":{},"x":1}', '"x"'],
    ['{"lockVersion":1,"images":{"a":{"resolved":"a:1"}},"downloads":{}}', '"a"'],
    ['{"lockVersion":1,"images":{"a":{"resolved":1}},"downloads":{}}', '"a"'],
    [`{"lockVersion":1,"images":{"a":{"resolved":"a@${SHA}","onbuild":[]}},"downloads":{}}`, '"onbuild"'],
    [`{"lockVersion":1,"images":{"a":{"resolved":"a@${SHA}","onbuild":[1]}},"downloads":{}}`, '"onbuild"'],
    [`{"lockVersion":1,"images":{"a":{"resolved":"a@${SHA}","metadata":[]}},"downloads":{}}`, '"metadata"'],
    [
      `{"lockVersion":1,"images":{"a":{"resolved":"a@${SHA}","metadata":["x"]}},"downloads":{}}`,
      '"metadata"',
    ],
    ['{"lockVersion":1,"images":{},"downloads":{"u":{"integrity":"sha1:0"}}}', '"u"'],
    ['{"lockVersion":1,"images":{},"downloads":{"u":null}}', '"u"'],
    ['{"lockVersion":1,"images":{},"downloads":{},"frontends":[]}', '"frontends"'],
    ['{"lockVersion":1,"images":{},"downloads":{},"frontends":{"f":{"resolved":"x"}}}', '"f"'],
  ] as const)('%j is refused: %s', ([text, words]) => {
    expect(() => parseLock(text, 'pristine.lock')).toThrow(
      expect.objectContaining({
        code: 'lock-invalid',
        data: expect.objectContaining({ file: 'pristine.lock', problem: expect.stringContaining(words) }),
      }),
    )
    expect(Lock.safeParse(safeJson(text)).success).toBe(false)
  })

  test.for([
    ['busybox:1.36', `docker.io/other/evil@${SHA}`, `docker.io/library/busybox@sha256:…`],
    ['busybox:1.36', `busybox@${SHA}`, `docker.io/library/busybox@sha256:…`],
    ['busybox:1.36', `docker.io/library/busybox:1.36@${SHA}`, `docker.io/library/busybox@sha256:…`],
    ['team/app', `ghcr.io/team/app@${SHA}`, `docker.io/team/app@sha256:…`],
    ['LOCALHOST/x', `localhost/x@${SHA}`, `LOCALHOST/x@sha256:…`],
    [
      `a@sha256:${'b'.repeat(64)}`,
      `docker.io/library/a@${SHA}`,
      `docker.io/library/a@sha256:${'b'.repeat(64)}`,
    ],
    ['no reference', `docker.io/library/a@${SHA}`, undefined],
  ] as const)('a pin of %s to %s is refused', ([reference, resolved, own]) => {
    const text = lockText({ lockVersion: 1, images: { [reference]: { resolved } }, downloads: {} })
    expect(() => parseLock(text, 'pristine.lock')).toThrow(
      expect.objectContaining({
        code: 'lock-foreign-pin',
        data: { file: 'pristine.lock', reference, resolved, ...(own !== undefined && { own }) },
      }),
    )
  })

  test('takes what its schema takes, CRLF and a byte-order mark too', () => {
    expect(parseLock(`\ufeff${lockText(lock).replaceAll('\n', '\r\n')}`, 'x')).toEqual(Lock.parse(lock))
  })

  test('what cannot be read is refused', async () => {
    await using folder = await scratch({ 'pristine.lock/x': '' })
    await expect(readLock(folder, 'pristine.lock')).rejects.toMatchObject({ code: 'lock-invalid' })
  })
})

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

describe('writing', () => {
  test('is whole, leaves nothing beside it, and does not touch an equal file', async () => {
    await using folder = await scratch({})
    const file = folder.at('pristine.lock')
    await writeLock(folder, 'pristine.lock', lock)
    expect(await readFile(file, 'utf8')).toBe(lockText(lock))
    const { ino } = await stat(file)
    await writeLock(folder, 'pristine.lock', lock)
    expect((await stat(file)).ino).toBe(ino)
    await writeLock(folder, 'pristine.lock', EMPTY_LOCK)
    expect(await readLock(folder, 'pristine.lock')).toEqual(EMPTY_LOCK)
    expect(await readdir(folder.path)).toEqual(['pristine.lock'])
  })

  test('that fails says where', async () => {
    await using folder = await scratch({})
    await writeFile(folder.at('file'), '')
    const file = path.join(folder.at('file'), 'pristine.lock')
    await expect(writeLock(folder, 'file/pristine.lock', lock)).rejects.toMatchObject({
      code: 'storage-failed',
      data: { path: file },
    })
  })
})

const builtin = { resolved: 'builtin' } as const

test('a frontend stands in it once: as an image, or as one that could not be had', () => {
  const own: Lock = { ...lock, frontends: { 'f:1': builtin } }
  expect(lockText(own)).toContain(
    '  "frontends": {\n    "f:1": {\n      "resolved": "builtin"\n    }\n  },\n',
  )
  expect(parseLock(lockText(own), 'x')).toEqual(own)
  const both = lockText({ ...lock, frontends: { 'node:24': builtin } })
  expect(() => parseLock(both, 'x')).toThrow(expect.objectContaining({ code: 'lock-invalid' }))
})

test('a frontend that could not be had is not missing, unless it is an image, too', () => {
  const own: Lock = { ...EMPTY_LOCK, frontends: { 'f:1': builtin, 'g:1': builtin, 'h:1': builtin } }
  const needed = { images: ['f:1', 'g:1'], frontends: ['f:1'], digests: [], downloads: [] }
  expect(compareLock(own, needed)).toMatchObject({
    missing: { images: ['g:1'] },
    unused: { images: ['g:1', 'h:1'] },
  })
})

test('a lock is compared with what is needed', () => {
  const images = ['node:24', 'b', 'a', 'a', 'toString']
  const needed = { images, frontends: [], digests: ['9'], downloads: [] }
  expect(compareLock(lock, needed)).toEqual({
    missing: { images: ['a', 'b', 'toString'], downloads: [] },
    unused: { images: ['10'], downloads: ['https://x.org/a'] },
  })
})
