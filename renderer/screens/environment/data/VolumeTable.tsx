import type { DataVolume } from '../../../../shared/data.ts'
import { size } from '../../../components/format.ts'
import { t } from '../../../messages/messages.ts'

/** The volumes, with who uses each and what it takes. */
export function VolumeTable({ volumes }: { volumes: DataVolume[] }) {
  return (
    <div className="card data-volumes">
      <table>
        <thead>
          <tr>
            <th scope="col">{t('data.volume')}</th>
            <th scope="col">{t('data.usedBy')}</th>
            <th scope="col">{t('data.storage')}</th>
            <th scope="col">{t('data.size')}</th>
          </tr>
        </thead>
        <tbody>
          {volumes.map(({ name, services, bytes, layers }) => (
            <tr key={name}>
              <th scope="row" className="mono">
                {name}
              </th>
              <td className={services.length === 0 ? 'faint' : ''}>
                {services.length === 0 ? t('data.unused') : services.join(', ')}
              </td>
              <td>{layers > 1 ? t('data.layers', { count: layers }) : t('data.plain')}</td>
              <td>{bytes === null ? t('data.unknownSize') : size(bytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
