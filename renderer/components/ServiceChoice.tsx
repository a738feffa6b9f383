import { t } from '../messages/messages.ts'
import './service-choice.css'

/** Chooses one of several services; `all`: or all of them, which is undefined. */
export function ServiceChoice({
  services,
  value,
  change,
  all = false,
}: {
  services: string[]
  value: string | undefined
  change(service: string | undefined): void
  all?: boolean
}) {
  return (
    <select
      className="choice service-choice"
      aria-label={t('services.choose')}
      value={value ?? ''}
      onChange={({ currentTarget }) => change(currentTarget.value || undefined)}
    >
      {all && <option value="">{t('services.all')}</option>}
      {services.map((service) => (
        <option key={service} value={service}>
          {service}
        </option>
      ))}
    </select>
  )
}
