import { describe, expect, it } from 'vitest'
import type { MetadataEntry } from '../../../main/definition/devcontainer/document/schema.ts'
import { noteOtherCustomizations, toolLabel } from '../../../main/environment/image/tool-label.ts'
import type { OperationEvent } from '../../../shared/operation.ts'

const launchOf = (entries: MetadataEntry[]) => ({ toolMetadata: async () => entries })
const recorder = () => {
  const events: OperationEvent[] = []
  return { events, report: (event: OperationEvent) => events.push(event) }
}
const extension = (name: string): MetadataEntry => ({ customizations: { vscode: { extensions: [name] } } })

describe('the label for other tools', () => {
  it('holds the entries as JSON', async () => {
    const run = recorder()
    expect(await toolLabel(launchOf([extension('a.b')]), run)).toEqual({
      'devcontainer.metadata': '[{"customizations":{"vscode":{"extensions":["a.b"]}}}]',
    })
    expect(run.events).toEqual([])
  })

  it('is left out with a warning where it would be too long', async () => {
    const run = recorder()
    expect(await toolLabel(launchOf([extension('x'.repeat(64 * 1024))]), run)).toEqual({})
    expect(run.events).toEqual([{ kind: 'warning', text: expect.stringContaining('64 KiB') }])
  })

  it.each([
    ['the same', [extension('a.b'), { remoteUser: 'dev' }], [extension('a.b')], 0],
    ['another extension', [extension('a.b')], [extension('c.d')], 1],
    ['one that is gone', [extension('a.b'), extension('c.d')], [extension('a.b')], 1],
    ["Pristine's own", [{ customizations: { pristine: { keep: 1 } } }], [], 0],
    ['what is no object', [{ customizations: null }, { customizations: 'x' }], [{ customizations: 'x' }], 0],
  ])('that a running container has is compared: %s', async (_, has, wanted, notes) => {
    const run = recorder()
    await noteOtherCustomizations(launchOf(wanted), { container: JSON.stringify(has), image: undefined }, run)
    expect(run.events.filter(({ kind }) => kind === 'note')).toHaveLength(notes)
  })

  it('counts as empty in a container that has none, or one that nobody can read', async () => {
    for (const container of [undefined, 'no JSON', '[{"init": 3}]']) {
      const run = recorder()
      await noteOtherCustomizations(launchOf([{ init: true }]), { container, image: undefined }, run)
      expect(run.events).toEqual([])
    }
  })

  it('is not compared where it is the one of the image, or would be in a new container', async () => {
    const image = JSON.stringify([extension('image.one')])
    for (const [container, wanted] of [
      [image, 'own.two'],
      [undefined, 'own.two'],
      [JSON.stringify([extension('own.one')]), 'x'.repeat(64 * 1024)],
    ] as const) {
      const run = recorder()
      const entries = [extension('image.one'), extension(wanted)]
      await noteOtherCustomizations(launchOf(entries), { container, image }, run)
      expect(run.events).toEqual([])
    }
  })
})
