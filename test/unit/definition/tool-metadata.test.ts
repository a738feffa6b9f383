// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this

import { describe, expect, it } from 'vitest'
import { localVariables } from '../../../main/definition/devcontainer/document/local-variables.ts'
import { toolMetadata } from '../../../main/definition/devcontainer/tool-metadata.ts'
import { readToolSettings } from '../../../main/definition/devcontainer/tool-settings.ts'
import { FILE, makeProject, readRun } from './project.ts'

const project = { path: '/home/ada/shop' }
const variables = localVariables(project, FILE, { HOME: '/home/ada', TOKEN: 'moin-9f2c' })

/** The entries of a container's label. */
async function entriesOf(json: object, label?: unknown) {
  await using made = await makeProject({ [FILE]: JSON.stringify(json) })
  const text = label === undefined ? undefined : JSON.stringify(label)
  return toolMetadata(text, 'base:1', await readRun(json), await readToolSettings(made, FILE), variables)
}

describe('what other tools find in the label of a container', () => {
  it('are the entries of image and features, and then the definition', async () => {
    const label = [
      { customizations: { vscode: { extensions: ['base.one'] } }, remoteUser: 'base' },
      { id: 'tool', customizations: { vscode: { extensions: ['feature.two'] } } },
    ]
    const json = {
      customizations: { vscode: { extensions: ['own.three'], settings: { a: 1 } } },
      remoteUser: 'dev',
      containerUser: 'root',
      remoteEnv: { A: '1', B: null },
      containerEnv: { C: '2' },
      mounts: [
        'type=bind,source=${localWorkspaceFolder}/data,target=/data,readonly',
        'type=tmpfs,target=/scratch',
      ],
      capAdd: ['SYS_PTRACE'],
      init: false,
      postCreateCommand: 'make',
      portsAttributes: { 3000: { label: 'Web', onAutoForward: 'silent' } },
      forwardPorts: [3000],
      appPort: ['3000:3000', '5353:53/udp'],
      waitFor: 'postCreateCommand',
      shutdownAction: 'none',
      hostRequirements: { cpus: 2 },
    }
    expect(await entriesOf(json, label)).toEqual([
      ...label,
      {
        customizations: json.customizations,
        remoteUser: 'dev',
        containerUser: 'root',
        remoteEnv: { A: '1', B: null },
        containerEnv: { C: '2' },
        mounts: [
          { type: 'bind', source: '/home/ada/shop/data', target: '/data', readonly: true },
          { type: 'tmpfs', target: '/scratch' },
        ],
        capAdd: ['SYS_PTRACE'],
        init: false,
        postCreateCommand: 'make',
        portsAttributes: json.portsAttributes,
        forwardPorts: [3000],
        waitFor: 'postCreateCommand',
        shutdownAction: 'none',
        hostRequirements: { cpus: 2 },
      },
    ])
  })

  it('leaves to the image what the definition leaves open', async () => {
    expect(await entriesOf({})).toEqual([{ init: true }])
    expect(await entriesOf({ userEnvProbe: 'none', overrideCommand: false })).toEqual([
      { init: true, userEnvProbe: 'none', overrideCommand: false },
    ])
  })

  it('has the folders of this environment, and never a value of an environment', async () => {
    const json = {
      workspaceFolder: '/srv/${localEnv:TOKEN}',
      workspaceMount: 'type=bind,source=${localWorkspaceFolder},target=/srv',
      remoteEnv: { PATH: '${containerWorkspaceFolder}/bin:${containerEnv:PATH}', T: '${localEnv:TOKEN}' },
      customizations: {
        vscode: { settings: { at: '${localWorkspaceFolderBasename}', own: '${workspaceFolder}' } },
      },
    }
    const label = [{ mounts: ['source=d-${devcontainerId},target=/d'], containerEnv: { T: '${env:TOKEN}' } }]
    const [image, own] = await entriesOf(json, label)
    expect(image).toEqual({
      mounts: [`source=d-${variables.devcontainerId},target=/d`],
      containerEnv: { T: '${env:TOKEN}' },
    })
    expect(own?.remoteEnv).toEqual({
      PATH: '/srv/${localEnv:TOKEN}/bin:${containerEnv:PATH}',
      T: '${localEnv:TOKEN}',
    })
    expect(own?.['customizations']).toEqual({
      vscode: { settings: { at: 'shop', own: '${workspaceFolder}' } },
    })
    expect(JSON.stringify([image, own])).not.toContain('moin-9f2c')
  })
})

describe("a definition's settings for tools", () => {
  const settingsOf = async (text: string) => {
    await using made = await makeProject({ [FILE]: text })
    return await readToolSettings(made, FILE)
  }

  it('may stand where older files have them; those in their own place come first', async () => {
    expect(await settingsOf('{"image": "a", "extensions": ["old.one"], "settings": {"a": 1}}')).toEqual({
      customizations: { vscode: { extensions: ['old.one'], settings: { a: 1 } } },
    })
    const both = {
      extensions: ['old.one'],
      settings: { a: 1, b: 1 },
      customizations: { vscode: { extensions: ['new.one'], settings: { b: 2 } }, other: {} },
    }
    expect(await settingsOf(JSON.stringify(both))).toEqual({
      customizations: {
        vscode: { extensions: ['new.one', 'old.one'], settings: { a: 1, b: 2 } },
        other: {},
      },
    })
    expect(await settingsOf('{"extensions": 3, "settings": null, "customizations": {"vscode": 1}}')).toEqual({
      customizations: { vscode: 1 },
    })
  })

  it.each([
    ['a file that is broken', '{"customizations": '],
    ['one that is wrong', '{"customizations": 3}'],
    ['a Dockerfile', 'FROM busybox:1.36\n'],
  ])('are none in %s', async (_, text) => {
    expect(await settingsOf(text)).toEqual({})
  })

  it('are none of a file that is gone', async () => {
    await using made = await makeProject({})
    expect(await readToolSettings(made, FILE)).toEqual({})
  })

  it('are the others that are given for a file that cannot be read, and only then', async () => {
    const otherwise = async () => ({ updateRemoteUserUID: false })
    for (const [files, settings] of [
      [{ [FILE]: '{' }, { updateRemoteUserUID: false }],
      [{}, { updateRemoteUserUID: false }],
      [{ [FILE]: '{"image": "a"}' }, {}],
      [{ [FILE]: '{"image": "a", "updateRemoteUserUID": true}' }, { updateRemoteUserUID: true }],
    ] as [Record<string, string>, object][]) {
      await using made = await makeProject(files)
      expect(await readToolSettings(made, FILE, otherwise)).toEqual(settings)
    }
  })
})
