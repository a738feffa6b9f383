import { useMantineColorScheme } from '@mantine/core'
import { useEffect } from 'react'
import { useStore } from 'zustand'
import { settings } from '../store/app/settings.ts'

/** Gives the page the theme that the person chose; until the settings are read, the one of the last time. */
export function ThemeOfSettings() {
  const theme = useStore(settings, (store) => store.settings?.theme)
  const { setColorScheme } = useMantineColorScheme()
  useEffect(() => {
    if (theme) setColorScheme(theme === 'system' ? 'auto' : theme)
  }, [theme, setColorScheme])
  return null
}
