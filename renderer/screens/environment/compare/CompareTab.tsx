import { Button, Skeleton } from '@mantine/core'
import { Suspense } from 'react'
import type { InputChange } from '../../../../shared/change.ts'
import type { ProjectKey } from '../../../../shared/ids.ts'
import type { Version } from '../../../../shared/version.ts'
import { client } from '../../../client/client.ts'
import { FailureBox } from '../../../components/FailureBox.tsx'
import { lazyPart } from '../../../components/lazy-part.ts'
import { type Answer, useAnswer } from '../../../components/use-answer.ts'
import { t } from '../../../messages/messages.ts'
import { go } from '../../../route.ts'
import { type ComparedPart, type Comparison, comparisonOf } from '../../../store/versions/comparison.ts'
import { ChangeText } from '../ChangeList.tsx'
import { Sizes } from './Sizes.tsx'
import './compare.css'

const TextDiff = lazyPart(() => import('./TextDiff.tsx'))

/** In milliseconds: how long the page may stand still while it finds how the texts changed. */
const TIME = 1_000

/** How two versions differ: inputs and pins, tools and packages, the definition's text. */
export function CompareTab({
  project,
  versions,
  from,
  to,
}: {
  project: ProjectKey
  versions: Answer<Version[]>
  from: number
  to: number
}) {
  const diff = useAnswer(`${project} ${from} ${to}`, (signal) =>
    client.versions.compare({ project, from: `v${from}`, to: `v${to}` }, { signal }),
  )
  const ordinals = (versions.value ?? []).map(({ ordinal }) => ordinal).sort((a, b) => b - a)
  const show = (from: number, to: number) =>
    go({ screen: 'environment', project, tab: `compare-v${from}-v${to}` })
  // An answer about two other versions is none.
  const value = diff.value?.from.ordinal === from && diff.value.to.ordinal === to ? diff.value : undefined
  const parts = value && comparisonOf(value)
  return (
    <section className="compare" aria-label={t('compare.title')}>
      <div className="row tab-head compare-head">
        <Button onClick={() => go({ screen: 'environment', project, tab: 'versions' })}>
          ← {t('compare.back')}
        </Button>
        <h2>{t('compare.title')}</h2>
        <Choice label={t('compare.from')} value={from} ordinals={ordinals} choose={(one) => show(one, to)} />
        <span aria-hidden="true">→</span>
        <Choice label={t('compare.to')} value={to} ordinals={ordinals} choose={(one) => show(from, one)} />
        <Button onClick={() => show(to, from)}>{t('compare.swap')}</Button>
      </div>
      {diff.failure && <FailureBox report={diff.failure.report} retry={diff.again} />}
      {!value && !diff.failure && <Skeleton height={240} />}
      {value && parts && (
        <>
          <Parts parts={parts.inside} />
          {value.sizes && <Sizes sizes={value.sizes} />}
          <Parts parts={parts.inputs} />
          {value.texts.length > 0 && (
            <section className="compare-part">
              <h3>{t('compare.definition')}</h3>
              <Suspense fallback={<Skeleton height={80} />}>
                {value.texts.map((text) => (
                  <TextDiff key={text.file} {...text} time={TIME / value.texts.length} />
                ))}
              </Suspense>
            </section>
          )}
          <p className="dim compare-same">
            {[
              ...parts.same.map((part) => t(`compare.same.${part}`)),
              ...(parts.unknown ? [t('compare.notLooked')] : []),
            ].join(' ')}
          </p>
        </>
      )}
    </section>
  )
}

function Choice({
  label,
  value,
  ordinals,
  choose,
}: {
  label: string
  value: number
  ordinals: number[]
  choose(ordinal: number): void
}) {
  const known = ordinals.includes(value) ? ordinals : [value, ...ordinals]
  return (
    <select
      className="choice"
      aria-label={label}
      value={value}
      onChange={(event) => choose(Number(event.currentTarget.value))}
    >
      {known.map((ordinal) => (
        <option key={ordinal} value={ordinal}>
          v{ordinal}
        </option>
      ))}
    </select>
  )
}

/** So many are shown at once; of the packages of two base images there are thousands. */
const MAX = 500

function Parts({ parts }: { parts: Comparison['inside'] }) {
  return parts.map(({ part, changes }) => (
    <Changes key={part} title={t(`compare.${part}`)} changes={changes} part={part} />
  ))
}

function Changes({ title, changes, part }: { title: string; changes: InputChange[]; part: ComparedPart }) {
  const parts = [
    ['added', changes.filter(({ from }) => from === null)],
    ['removed', changes.filter(({ to }) => to === null)],
    ['changed', changes.filter(({ from, to }) => from !== null && to !== null)],
  ] as const
  return (
    <section className="compare-part">
      <h3>{title}</h3>
      {parts.map(
        ([kind, list]) =>
          list.length > 0 && (
            <div key={kind}>
              <h4>{t(`compare.${kind}`, { count: list.length })}</h4>
              <ul className="compare-list">
                {list.slice(0, MAX).map((change) => (
                  <li key={change.input}>
                    <ChangeText change={change} />
                  </li>
                ))}
              </ul>
              {list.length > MAX && <p className="dim">{t('changes.more', { count: list.length - MAX })}</p>}
            </div>
          ),
      )}
      {part === 'contents' && <p className="faint">{t('compare.notOwn')}</p>}
    </section>
  )
}
