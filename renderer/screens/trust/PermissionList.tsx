import { exact } from '../../../shared/exact.ts'
import type { Permission } from '../../../shared/trust.ts'
import { t } from '../../messages/messages.ts'
import { GROUPS, groupOf, permissionText } from './permission-text.ts'

/**
 * Permissions by group, the most serious first. `beyond`: those beyond the default permissions. `ofLayer`: those that only
 * the person's own layer requests. `whole`: these are all there are, so that the absent kinds are listed, too.
 */
export function PermissionList({
  all,
  beyond,
  ofLayer = [],
  whole = false,
}: {
  all: Permission[]
  beyond: Permission[]
  ofLayer?: Permission[]
  whole?: boolean
}) {
  const grave = new Set(beyond.map(keyOf))
  const layered = new Set(ofLayer.map(keyOf))
  return (
    <div className="trust-groups">
      {GROUPS.map((group) => {
        const own = all.filter((permission) => groupOf(permission) === group)
        if (own.length === 0) return null
        return (
          <section
            key={group}
            className={own.some((one) => grave.has(keyOf(one))) ? 'trust-grave' : undefined}
          >
            <h3>{t(`trust.group.${group}`)}</h3>
            <p className="dim">{t(`trust.about.${group}`)}</p>
            <ul>
              {own.map((permission) => (
                <Item
                  key={keyOf(permission)}
                  capability={permission}
                  isOfLayer={layered.has(keyOf(permission))}
                />
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
function Without({ all }: { all: Permission[] }) {
  const none = [
    ...(all.some(({ kind }) => kind === 'port') ? [] : [t('trust.none.port')]),
    ...(['host', 'privileges', 'folders'] as const).flatMap((group) =>
      all.some((permission) => groupOf(permission) === group) ? [] : [t(`trust.none.${group}`)],
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

const keyOf = (permission: Permission): string => JSON.stringify(permission)

function Item({ capability: permission, isOfLayer }: { capability: Permission; isOfLayer: boolean }) {
  const { subject, what, access } = permissionText(permission)
  return (
    <li>
      <code>{subject}</code>
      <span className="dim">
        {what}
        {access !== undefined && <b> · {access}</b>}
        {isOfLayer && ` · ${t('trust.ofLayer')}`}
        {permission.kind === 'host-command' && permission.files !== undefined && (
          <span className="trust-file">
            {permission.files === 'any'
              ? t('trust.filesAny')
              : t('trust.files', { hash: exact(permission.files).slice(0, 12) })}
          </span>
        )}
      </span>
    </li>
  )
}
