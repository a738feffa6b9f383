import type { ProjectKey } from '../../../shared/ids.ts'
import { portAddress, portsToOpen } from '../../../shared/port-address.ts'
import type { ProjectSummary } from '../../../shared/project.ts'
import { lacksDefinition } from '../../../shared/proposal.ts'
import type { Settings } from '../../../shared/settings.ts'
import { client } from '../../client/client.ts'
import { toFailure } from '../../client/failure.ts'
import { t } from '../../messages/messages.ts'
import { go } from '../../route.ts'
import { showDialog } from '../app/dialogs.ts'
import { notify, notifyFailure } from '../app/notices.ts'
import { openOutside } from '../app/outside.ts'
import { changeSettings, settings } from '../app/settings.ts'
import type { Action } from '../projects/environment-state.ts'
import { opensWith } from '../projects/open-choice.ts'
import { wantReset } from './reset.ts'
import { start } from './start.ts'

/** Does what a person chose for an environment. Failures are reported. */
export async function act(action: Action, summary: ProjectSummary): Promise<void> {
  try {
    await perform(action, summary)
  } catch (error) {
    if (lacksDefinition(toFailure(error).report)) showProposal(summary.key)
    else notifyFailure(error)
  }
}

/** Shows the definition that is proposed. */
const showProposal = (project: ProjectKey): void => go({ screen: 'environment', project, tab: 'overview' })

async function perform(action: Action, summary: ProjectSummary): Promise<void> {
  const { key: project, operation, failure } = summary
  const tab = (name: string) => go({ screen: 'environment', project, tab: name })
  switch (action) {
    case 'start':
    case 'retry':
      return start(project)
    case 'propose':
      return showProposal(project)
    case 'trust':
      return showDialog({ kind: 'trust', project })
    case 'stop':
      return void (await client.environment.stop({ project }))
    case 'restart':
      return void (await client.environment.restart({ project }))
    case 'cancel':
      if (operation) await client.operations.cancel({ project, operation: operation.id })
      return
    case 'view-build':
      return go(operation ? { screen: 'build', project, operation: operation.id } : { screen: 'activity' })
    case 'view-error':
      if (failure) go({ screen: 'build', project, operation: failure.operation })
      return
    case 'reset':
      return wantReset(project)
    case 'definition':
      return tab('definition')
    case 'logs':
      return tab('logs')
    case 'open':
      return open(summary)
    case 'start-engine':
    case 'troubleshoot':
      return go({ screen: 'engine' })
  }
}

/** Opens an environment so, now and from now on. */
export async function openWith(summary: ProjectSummary, how: Settings['open'][string]): Promise<void> {
  const open = { ...settings.getState().settings?.open, [summary.key]: how }
  await changeSettings({ open }).catch(notifyFailure)
  await act('open', summary)
}

/**
 * Opens an environment as the person chose: an editor, its first port that a program listens on in the browser, or a
 * terminal.
 */
async function open({ key: project, name, ports }: ProjectSummary): Promise<void> {
  const how = opensWith(settings.getState().settings?.open[project], ports)
  if (how === 'terminal') return go({ screen: 'environment', project, tab: 'terminal' })
  if (how !== 'browser') return void (await client.environment.openEditor({ project, editor: how }))
  const candidates = portsToOpen(ports)
  for (const port of candidates) {
    if ((await client.environment.listens({ project, port: port.host })) !== false) return openPort(port)
  }
  // A page of the browser would be less informative.
  go({ screen: 'environment', project, tab: 'overview' })
  const dead = candidates.map(({ host }) => host).join(', ')
  const text = t('environment.nothingListens', { name, ports: dead, count: candidates.length })
  notify({ tone: 'bad', text, hint: t('environment.nothingListensHint'), passes: true })
}

/** Opens a port of this computer in the person's browser. */
export const openPort = (port: Parameters<typeof portAddress>[0]): Promise<void> =>
  openOutside(portAddress(port))
