import { t } from '../../messages/messages.ts'
import { size } from '../format.ts'

/** Processors as a part of one: "3 %", "250 %"; below one percent "<1 %". */
export const cpuText = (cpu: number): string =>
  cpu > 0 && cpu < 0.01 ? t('usage.little') : t('usage.percent', { percent: Math.round(cpu * 100) })

/** Bytes a second: "1.2 MB/s". */
export const rateText = (rate: number): string => t('usage.rate', { size: size(rate) })
