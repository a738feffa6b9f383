import { exact } from '../../../shared/exact.ts'
import type { Permission } from '../../../shared/trust.ts'
import { t } from '../../messages/messages.ts'

/** The groups of the dialog, in reading order. */
export const GROUPS = ['host', 'privileges', 'folders', 'variables', 'network', 'own', 'made'] as const
export type Group = (typeof GROUPS)[number]

const GROUP_OF: Record<Permission['kind'], Group> = {
  'host-command': 'host',
  'docker-socket': 'privileges',
  privileged: 'privileges',
  'linux-capability': 'privileges',
  'security-option': 'privileges',
  device: 'privileges',
  'device-request': 'privileges',
  namespace: 'privileges',
  'build-ssh-agent': 'privileges',
  'ssh-agent': 'privileges',
  setting: 'privileges',
  'git-root': 'folders',
  folder: 'folders',
  volume: 'folders',
  variable: 'variables',
  port: 'network',
  network: 'network',
  'own-folder': 'own',
  'own-volume': 'own',
  image: 'made',
  feature: 'made',
  download: 'made',
}

export const groupOf = ({ kind }: Permission): Group => GROUP_OF[kind]

/** A capability as it is shown: what it is about, what that is, and which access it gives. */
export interface PermissionText {
  subject: string
  what: string
  access?: string
}

/** Untrusted texts are shown exactly, with every character visible. */
export function permissionText(permission: Permission): PermissionText {
  const { service } = permission
  const { subject, what, access } = describe(permission)
  const whose = service === undefined ? what : `${service}: ${what}`
  return { subject: exact(subject), what: exact(whose), ...(access !== undefined && { access }) }
}

function describe(permission: Permission): PermissionText {
  switch (permission.kind) {
    case 'image':
      return {
        subject: permission.reference,
        what:
          permission.onbuild === undefined
            ? t('trust.kind.image')
            : t('trust.kind.imageAdds', { instructions: permission.onbuild.join('; ') }),
      }
    case 'feature':
      return {
        subject: permission.reference,
        what:
          permission.requests.length === 0
            ? t('trust.kind.feature')
            : t('trust.kind.featureAsks', { requests: permission.requests.join('; ') }),
      }
    case 'download':
      return { subject: permission.url, what: t('trust.kind.download') }
    case 'own-folder':
      return {
        subject: permission.folder === '.' ? t('trust.itsFolder') : permission.folder,
        what: t('trust.kind.ownFolder', { target: permission.target }),
        access: t(`trust.access.${permission.access}`),
      }
    case 'git-root':
      return { subject: permission.root, what: t('trust.kind.gitRoot', { earlier: permission.earlier }) }
    case 'own-volume':
      return { subject: permission.name, what: t('trust.kind.ownVolume', { target: permission.target }) }
    case 'port':
      return { subject: `${permission.port}/${permission.protocol}`, what: portText(permission.address) }
    case 'network':
      return networkText(permission.mode)
    case 'variable':
      return { subject: permission.name, what: t('trust.kind.variable') }
    case 'host-command': {
      const { from, name, command } = permission
      const subject = typeof command === 'string' ? command : JSON.stringify(command)
      return { subject, what: name === null ? from : t('trust.hookNamed', { from, name }) }
    }
    case 'folder': {
      const { target, written } = permission
      return {
        subject: permission.source,
        what:
          written === undefined
            ? t('trust.kind.folder', { target })
            : t('trust.kind.folderWritten', { target, written }),
        access: t(`trust.access.${permission.access}`),
      }
    }
    case 'volume':
      return {
        subject: permission.name,
        what:
          permission.of === undefined
            ? t('trust.kind.volume', { target: permission.target })
            : t('trust.kind.volumeOf', { target: permission.target, remote: permission.of }),
        access: t(`trust.access.${permission.access}`),
      }
    case 'docker-socket':
      return {
        subject: permission.socket,
        what: t('trust.kind.dockerSocket', { source: permission.source }),
      }
    case 'privileged':
      return { subject: 'privileged', what: t('trust.kind.privileged') }
    case 'linux-capability':
      return { subject: permission.name, what: t('trust.kind.linuxCapability') }
    case 'security-option':
      return { subject: permission.option, what: t('trust.kind.securityOption') }
    case 'device':
      return {
        subject: permission.path,
        what: t('trust.kind.device', { target: permission.target }),
        access: deviceAccess(permission.access),
      }
    case 'device-request':
      return { subject: permission.request, what: t('trust.kind.deviceRequest') }
    case 'namespace': {
      const { namespace, of } = permission
      const what = of === 'host' ? t('trust.kind.namespaceHost') : t('trust.kind.namespaceOther', { of })
      return { subject: namespace, what }
    }
    case 'build-ssh-agent':
      return { subject: 'ssh-agent', what: t('trust.kind.buildSshAgent') }
    case 'ssh-agent':
      return { subject: 'ssh-agent', what: t('trust.kind.sshAgent') }
    case 'setting':
      return { subject: permission.name, what: t('trust.kind.setting', { value: permission.value }) }
  }
}

function portText(address: string): string {
  if (/^(?:127\.|::1$)/.test(address)) return t('trust.kind.portLoopback')
  return address === '' ? t('trust.kind.portEverywhere') : t('trust.kind.portOpen', { address })
}

function networkText(mode: string): PermissionText {
  if (mode === 'default') return { subject: t('trust.network'), what: t('trust.kind.networkOut') }
  if (mode === 'none') return { subject: mode, what: t('trust.kind.networkNone') }
  if (mode === 'host') return { subject: mode, what: t('trust.kind.networkHost') }
  return { subject: mode, what: t('trust.kind.networkOther') }
}

const deviceAccess = (letters: string): string =>
  (['r', 'w', 'm'] as const)
    .filter((letter) => letters.includes(letter))
    .map((letter) => t(`trust.letter.${letter}`))
    .join(', ')
