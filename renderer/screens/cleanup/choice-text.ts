import { t } from '../../messages/messages.ts'
import type { Item } from './choice.ts'

/** What is chosen, in words: "3 versions, 1 volume with data". */
export function thingsText(items: Item[]): string {
  const count = (kind: Item['kind']) => items.filter((item) => item.kind === kind).length
  const [versions, volumes] = [count('version'), count('volume')]
  return [
    versions > 0 ? t('cleanup.versionCount', { count: versions }) : '',
    volumes > 0 ? t('cleanup.volumeCount', { count: volumes }) : '',
    count('recipes') > 0 ? t('cleanup.recipes') : '',
  ]
    .filter(Boolean)
    .join(', ')
}
