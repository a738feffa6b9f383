import { IconCornerUpRight, IconFile, IconFolder, IconPlugConnected } from '@tabler/icons-react'
import type { DriftKind, FileKind } from '../../../../shared/file.ts'
import { t } from '../../../messages/messages.ts'

/** What a folder is, its arrow says, and what is gone, its mark. */
export function KindIcon({ kind }: { kind: FileKind }) {
  const Icon =
    kind === 'folder'
      ? IconFolder
      : kind === 'link'
        ? IconCornerUpRight
        : kind === 'file' || kind === 'gone'
          ? IconFile
          : IconPlugConnected
  const isNamed = kind === 'link' || kind === 'pipe' || kind === 'socket' || kind === 'device'
  const name = isNamed ? { role: 'img', 'aria-label': t(`files.kinds.${kind}`) } : { 'aria-hidden': true }
  return <Icon className="files-kind" size={15} stroke={1.6} {...name} />
}

const SIGNS = { added: '+', changed: '~', deleted: '−' } as const

/** How something differs from the image. */
export function DriftSign({ drift }: { drift: DriftKind }) {
  return (
    <span className={`file-sign ${drift}`} title={t(`files.drift.${drift}`)}>
      <span aria-hidden="true">{SIGNS[drift]}</span>
      <span className="hidden">{t(`files.drift.${drift}`)}</span>
    </span>
  )
}
