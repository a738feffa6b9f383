import { exact } from '../../../shared/exact.ts'
import { notifyFailure } from '../../store/app/notices.ts'
import { openOutside } from '../../store/app/outside.ts'

/** An address that a repository names, shown in full; only https is a link, which opens in the person's browser. */
export function OutsideLink({ url }: { url: string }) {
  const address = URL.canParse(url) ? new URL(url) : undefined
  if (address?.protocol !== 'https:' || address.username !== '') return <code>{exact(url)}</code>
  return (
    <a
      href={address.href}
      target="_blank"
      rel="noreferrer"
      onClick={(event) => {
        event.preventDefault()
        openOutside(address.href).catch(notifyFailure)
      }}
    >
      {address.href}
    </a>
  )
}
