import { Button, Progress, Skeleton } from '@mantine/core'
import { useRef } from 'react'
import { exact } from '../../../../shared/exact.ts'
import type { FileContent, FileEntry, FilePlace } from '../../../../shared/file.ts'
import { client } from '../../../client/client.ts'
import { Chip } from '../../../components/Chip.tsx'
import { CopyButton } from '../../../components/CopyButton.tsx'
import { FailureBox } from '../../../components/FailureBox.tsx'
import { dateOf, number, size } from '../../../components/format.ts'
import { TextBox } from '../../../components/TextBox.tsx'
import { useAnswer } from '../../../components/use-answer.ts'
import { t } from '../../../messages/messages.ts'
import { notifyFailure } from '../../../store/app/notices.ts'
import { PatchText } from '../PatchText.tsx'
import { downloadFile, type Place } from './transfer-file.ts'
import { pathsTo, ROOT } from './tree-rows.ts'
import type { FileUpload } from './use-upload.ts'

const TONES = { added: 'good', changed: 'warn', deleted: 'bad' } as const

/** One file or folder: where it is, what is known of it, what can be done with it, and what it holds. */
export function FileDetail({
  at,
  entry,
  isLoading,
  place,
  turn,
  choose,
  upload,
}: {
  at: Place
  /** Undefined of the top, and of what its folder does not list. */
  entry: FileEntry | undefined
  /** Whether a folder above it is being listed. */
  isLoading: boolean
  place: FilePlace
  /** Counts up when everything is looked at again. */
  turn: number
  choose(path: string): void
  upload: FileUpload
}) {
  const { path } = at
  const isUnknown = entry === undefined && path !== ROOT
  const kind = entry?.kind ?? (isUnknown ? undefined : 'folder')
  const isReadable = kind === 'file' || kind === 'link' || kind === 'gone'
  const isShown = place !== 'memory' && place !== 'kernel'
  return (
    <section className="files-detail card" aria-label={path === ROOT ? t('files.root') : exact(path)}>
      <Crumbs path={path} choose={choose} />
      <div className="files-head">
        <h2 className="grow">
          {path === ROOT ? t('files.root') : exact(path.slice(path.lastIndexOf('/') + 1))}
        </h2>
        {entry?.drift && <Chip tone={TONES[entry.drift]}>{t(`files.drift.${entry.drift}`)}</Chip>}
        {entry && entry.driftBelow > 0 && (
          <Chip tone="warn">{t('files.below', { count: entry.driftBelow })}</Chip>
        )}
      </div>
      <div className="row files-buttons">
        {(kind === 'file' || kind === 'link') && isShown && (
          <Button onClick={() => void downloadFile(at, new AbortController().signal).catch(notifyFailure)}>
            {t('files.download')}
          </Button>
        )}
        {kind === 'folder' && isShown && <UploadButton folder={at} upload={upload} />}
        <CopyButton text={path}>{t('files.copyPath')}</CopyButton>
      </div>
      {upload.going && <Uploading upload={upload} going={upload.going} />}
      {upload.failure && <FailureBox report={upload.failure} />}
      {isUnknown && <p className="dim">{t(isLoading ? 'files.loading' : 'files.unknown')}</p>}
      {!isUnknown && <Facts entry={entry} place={place} />}
      {isReadable && isShown && <Content at={at} entry={entry} turn={turn} choose={choose} />}
      {isReadable && !isShown && <p className="dim">{t('files.notShown')}</p>}
      {!isReadable && !isUnknown && kind !== 'folder' && <p className="dim">{t('files.notOpened')}</p>}
    </section>
  )
}

function Crumbs({ path, choose }: { path: string; choose(path: string): void }) {
  const paths = pathsTo(path)
  return (
    <nav className="files-crumbs" aria-label={t('files.path')}>
      {paths.map((one, at) => (
        <span key={one}>
          <button
            type="button"
            aria-current={at === paths.length - 1 ? 'location' : undefined}
            onClick={() => choose(one)}
          >
            {one === ROOT ? ROOT : exact(one.slice(one.lastIndexOf('/') + 1))}
          </button>
          {at > 0 && at < paths.length - 1 && <span aria-hidden="true">/</span>}
        </span>
      ))}
    </nav>
  )
}

function UploadButton({ folder, upload }: { folder: Place; upload: FileUpload }) {
  const field = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={field}
        type="file"
        hidden
        aria-label={t('files.upload')}
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? []
          // The same file can be chosen again.
          currentTarget.value = ''
          if (file) upload.begin(folder, file)
        }}
      />
      <Button disabled={upload.going !== undefined} onClick={() => field.current?.click()}>
        {t('files.upload')}
      </Button>
    </>
  )
}

function Uploading({ upload, going }: { upload: FileUpload; going: { name: string; done: number } }) {
  const text = t('files.uploading', { name: exact(going.name) })
  return (
    <div className="row files-uploading">
      <span className="cut">{text}</span>
      <Progress className="grow" aria-label={text} value={going.done * 100} />
      <Button onClick={upload.cancel}>{t('common.cancel')}</Button>
    </div>
  )
}

function Facts({ entry, place }: { entry: FileEntry | undefined; place: FilePlace }) {
  const facts: [string, string | null | undefined][] = [
    [t('files.size'), entry?.kind === 'file' && entry.size !== null ? sizeOf(entry.size) : null],
    [t('files.target'), entry?.target == null ? null : exact(entry.target)],
    [t('files.modified'), entry?.modifiedAt == null ? null : dateOf(entry.modifiedAt)],
    [t('files.mode'), entry?.mode],
    [t('files.owner'), entry?.owner == null ? null : exact(entry.owner)],
    [t('files.place'), t(`files.places.${place}`)],
  ]
  return (
    <dl className="files-facts" aria-label={t('files.facts')}>
      {facts.map(
        ([name, value]) =>
          value != null && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  )
}

/** "1.2 kB (1,234 B)" */
const sizeOf = (bytes: number): string => (bytes < 1000 ? size(bytes) : `${size(bytes)} (${number(bytes)} B)`)

function Content({
  at,
  entry,
  turn,
  choose,
}: {
  at: Place
  entry: FileEntry | undefined
  turn: number
  choose(path: string): void
}) {
  const key = `${at.project} ${at.service} ${at.path} ${entry?.modifiedAt} ${entry?.drift} ${turn}`
  const { value, failure, again } = useAnswer(key, async (signal) => ({
    path: at.path,
    content: await client.files.read(at, { signal }),
  }))
  const { kind, path } = failure?.report.data ?? {}
  // A link to a folder, or a folder of the image that is gone.
  if (failure?.code === 'path-not-file' && kind === 'folder') {
    if (entry?.kind === 'gone') return <p className="dim">{t('files.goneFolder')}</p>
    const folder = String(path)
    return (
      <div>
        <Button onClick={() => choose(folder)}>{t('files.follow', { folder: exact(folder) })}</Button>
      </div>
    )
  }
  if (failure) return <FailureBox report={failure.report} retry={again} />
  // An answer about another file is none about this one.
  if (value?.path !== at.path) return <Skeleton height={160} />
  return <Text content={value.content} />
}

function Text({ content: { text, diff, cut, drift, size: bytes } }: { content: FileContent }) {
  const label = t(drift === 'deleted' ? 'files.inImage' : 'files.content')
  return (
    <>
      {diff !== null && (
        <section className="files-part">
          <h3>{t('files.difference')}</h3>
          {diff === '' ? (
            <p className="dim">{t('files.same')}</p>
          ) : (
            <PatchText label={t('files.difference')} patch={diff} />
          )}
        </section>
      )}
      <section className="files-part">
        <h3>{label}</h3>
        {text === null ? (
          <p className="dim">{t('files.binary', { size: size(bytes) })}</p>
        ) : text === '' ? (
          <p className="dim">{t('files.noText')}</p>
        ) : (
          <TextBox className="text" label={label}>
            {text}
          </TextBox>
        )}
        {cut && text !== null && <p className="dim">{t('files.cut')}</p>}
      </section>
    </>
  )
}
