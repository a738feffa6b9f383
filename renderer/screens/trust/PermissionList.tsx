import { type Capability, exact } from '../../../shared/trust.ts'
import { t } from '../../messages/messages.ts'
import { capabilityText, GROUPS, groupOf } from './permission-text.ts'

/**
 * Capabilities by what they are about, the gravest first. `beyond`: those that are not of the everyday set. `whole`: these
 * are all there are, so that it is also said what there is none of.
 */
export function CapabilityList({
  all,
  beyond,
  whole = false,
}: {
  all: Capability[]
  beyond: Capability[]
  whole?: boolean
}) {
  const grave = new Set(beyond.map(keyOf))
  return (
    <div className="trust-groups">
      {GROUPS.map((group) => {
        const own = all.filter((capability) => groupOf(capability) === group)
        if (own.length === 0) return null
        return (
          <section
            key={group}
            className={own.some((one) => grave.has(keyOf(one))) ? 'trust-grave' : undefined}
          >
            <h3>{t(`trust.group.${group}`)}</h3>
            <p className="dim">{t(`trust.about.${group}`)}</p>
            <ul>
              {own.map((capability) => (
                <Item key={keyOf(capability)} capability={capability} />
              ))}
            </ul>
          </section>
        )
      })}
      {whole && <Without all={all} />}
    </div>
  )
}

/** What a person looks for and there is none of. */
function Without({ all }: { all: Capability[] }) {
  const none = [
    ...(all.some(({ kind }) => kind === 'port') ? [] : [t('trust.none.port')]),
    ...(['host', 'privileges', 'folders'] as const).flatMap((group) =>
      all.some((capability) => groupOf(capability) === group) ? [] : [t(`trust.none.${group}`)],
    ),
  ]
  if (none.length === 0) return null
  return (
    <section>
      <h3>{t('trust.none.title')}</h3>
      <p className="dim">{none.join(', ')}</p>
    </section>
  )
}

const keyOf = (capability: Capability): string => JSON.stringify(capability)

function Item({ capability }: { capability: Capability }) {
  const { subject, what, access } = capabilityText(capability)
  return (
    <li>
      <code>{subject}</code>
      <span className="dim">
        {what}
        {access !== undefined && <b> · {access}</b>}
        {capability.kind === 'host-command' && capability.files !== undefined && (
          <span className="trust-file">
            {capability.files === 'any'
              ? t('trust.filesAny')
              : t('trust.files', { hash: exact(capability.files).slice(0, 12) })}
          </span>
        )}
      </span>
    </li>
  )
}
