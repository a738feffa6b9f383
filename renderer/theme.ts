import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

/** One colour in all of the library's shades: which of them shows is decided by the tokens of theme.css. */
const tone = (token: string): MantineColorsTuple => {
  const shade = `var(--${token})`
  return [shade, shade, shade, shade, shade, shade, shade, shade, shade, shade]
}

/** The look, over the tokens of theme.css, for the component library. */
export const theme = createTheme({
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--mono)',
  headings: { fontFamily: 'var(--font)', fontWeight: '650' },
  primaryColor: 'brand',
  colors: { brand: tone('brand'), bad: tone('bad') },
  defaultRadius: 'var(--radius)',
  cursorType: 'pointer',
  respectReducedMotion: true,
  focusRing: 'auto',
  fontSizes: {
    xs: 'var(--size-small)',
    sm: 'var(--size-body)',
    md: 'var(--size-body)',
    lg: 'var(--size-heading)',
    xl: 'var(--size-title)',
  },
  variantColorResolver: ({ color, variant }) => {
    const bad = color === 'bad'
    if (variant === 'filled') {
      const name = bad ? 'bad' : 'brand'
      return {
        background: `var(--${name})`,
        hover: `var(--${name}-hover)`,
        color: `var(--on-${name})`,
        border: '1px solid transparent',
      }
    }
    const text = bad ? 'var(--bad-text)' : variant === 'default' ? 'var(--text)' : 'var(--dim)'
    const quiet = variant === 'subtle' || variant === 'transparent'
    return {
      background: quiet ? 'transparent' : 'var(--panel)',
      hover: 'var(--hover)',
      color: text,
      border: quiet ? '1px solid transparent' : '1px solid var(--line)',
    }
  },
  components: {
    Button: { defaultProps: { variant: 'default', size: 'sm' } },
    ActionIcon: { defaultProps: { variant: 'default', size: 32 } },
    Skeleton: { defaultProps: { radius: 'var(--radius-large)' } },
    // A menu belongs to the screen that it lies on, and holds nothing but its items.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false, portalProps: { target: '#content' } } },
    Modal: {
      defaultProps: {
        centered: true,
        // Each has its own buttons, and Escape.
        withCloseButton: false,
        radius: 'var(--radius-large)',
        padding: 'var(--space-6)',
        transitionProps: { duration: 150 },
        overlayProps: { color: '#0a1419', backgroundOpacity: 0.45 },
      },
    },
  },
})

/** The library's own variables, set from the tokens. */
export const cssVariables: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--panel)',
    '--mantine-color-text': 'var(--text)',
    '--mantine-color-dimmed': 'var(--dim)',
    '--mantine-color-placeholder': 'var(--faint)',
    '--mantine-color-default': 'var(--panel)',
    '--mantine-color-default-hover': 'var(--hover)',
    '--mantine-color-default-color': 'var(--text)',
    '--mantine-color-default-border': 'var(--line)',
    '--mantine-color-error': 'var(--bad-text)',
    '--mantine-color-anchor': 'var(--brand-text)',
    '--mantine-primary-color-filled': 'var(--brand)',
    '--mantine-primary-color-filled-hover': 'var(--brand-hover)',
    '--mantine-primary-color-light': 'var(--brand-soft)',
    '--mantine-primary-color-contrast': 'var(--on-brand)',
  }
  return { variables: {}, light: shared, dark: shared }
}
