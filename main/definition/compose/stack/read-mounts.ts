import { posix } from 'node:path'
import { defined } from './defined.ts'
import type { Fields } from './fields.ts'
import type { StackMount } from './stack.ts'

const OTHERS = ['cluster', 'npipe', 'image']

/** One entry of a service's volumes. Error: definition-invalid. */
export function readMount(mount: Fields): StackMount {
  const type = mount.requiredText('type')
  const target = readTarget(mount)
  const readOnly = mount.boolean('read_only') ?? false
  const source = mount.text('source')
  switch (type) {
    case 'bind': {
      const bind = mount.fields('bind')
      return {
        kind: 'bind',
        source: mount.requiredText('source'),
        target,
        readOnly,
        // Only the short form, and the long one with a word on it, make what is not there.
        createHostPath: bind?.boolean('create_host_path') ?? bind !== undefined,
        ...defined({
          propagation: bind?.text('propagation'),
          selinux: bind?.text('selinux'),
          recursive: bind?.text('recursive'),
        }),
      }
    }
    case 'volume': {
      const volume = mount.fields('volume')
      return {
        kind: 'volume',
        target,
        readOnly,
        nocopy: volume?.boolean('nocopy') ?? false,
        ...defined({ source: source || undefined, subpath: volume?.text('subpath') }),
      }
    }
    case 'tmpfs': {
      const tmpfs = mount.fields('tmpfs')
      return {
        kind: 'tmpfs',
        target,
        readOnly,
        ...defined({ size: tmpfs?.bytes('size'), mode: tmpfs?.whole('mode', { least: 0 }) }),
      }
    }
    default:
      if (!OTHERS.includes(type)) {
        throw mount.problem(
          'type',
          `"${mount.path('type')}" must be bind, volume or tmpfs, not ${mount.shown('type')}`,
        )
      }
      return { kind: 'other', type, target, readOnly, ...defined({ source }) }
  }
}

function readTarget(mount: Fields): string {
  const target = posix.normalize(mount.requiredText('target'))
  const plain = target.length > 1 ? target.replace(/\/$/, '') : target
  if (/^\/./.test(plain)) return plain
  if (/^[a-z]:/i.test(plain)) {
    const problem = `${mount.shown('target')} is read as a path on a drive of Windows, which no container here has; the name of a volume has more than one letter`
    throw mount.problem('target', `"${mount.path('target')}": ${problem}`)
  }
  throw mount.problem(
    'target',
    `"${mount.path('target')}" must be an absolute path below "/" in the container, not ${mount.shown('target')}`,
  )
}
