import { useStore } from 'zustand'
import { connection, isLost } from '../client/connection.ts'

/** Whether the connection is lost, so that what is known is only the last that was known. */
export const useLost = (): boolean => useStore(connection, isLost)
