/** The one place where colours, sizes and motion come from; everything else refers to these tokens. */
import { createTheme, type CSSVariablesResolver, type MantineColorsTuple, rem } from '@mantine/core';

const accent: MantineColorsTuple = [
  '#e6f4f5', '#c9e6e9', '#98d1d6', '#63bac2', '#41a8b1',
  '#1d8c96', '#0f7680', '#0b6770', '#08545c', '#053f45',
];
const gray: MantineColorsTuple = [
  '#f7f9f9', '#eff2f2', '#e2e7e8', '#d0d7d9', '#b4bec1',
  '#8a979b', '#5c696d', '#465256', '#2d3639', '#171d1f',
];
const dark: MantineColorsTuple = [
  '#e3e8e9', '#c2cacc', '#9ca7aa', '#768387', '#3a4447',
  '#2b3336', '#1f2628', '#161b1d', '#101415', '#0a0d0e',
];
const red: MantineColorsTuple = [
  '#fdecee', '#fad3d7', '#f3a9b1', '#ee8490', '#e66170',
  '#d9404f', '#cf2f42', '#bd2437', '#9f1c2d', '#7c1422',
];

/** Colours for people without a picture: white text on each is at least 4.5:1. */
export const personColors = [
  '#0b6770', '#3f5bb0', '#7a4aa5', '#a53a6b', '#a4452a', '#7d5a12', '#3f6d2a', '#4b5d73',
] as const;

/** Milliseconds. */
export const motion = { quick: 120, calm: 200 } as const;

const space = [0, 4, 8, 12, 16, 20, 24, 28, 32, 40, 48, 56, 64] as const;
const text = { 12: 12, 14: 14, 16: 16, 20: 20, 28: 28, 40: 40 } as const;
const font = "'Inter Variable', 'Inter Fallback', system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";

const tall = () => ({ root: { '--button-height': rem(44) } });
const tallInput = () => ({ wrapper: { '--input-height': rem(44) } });

export const theme = createTheme({
  colors: { accent, gray, dark, red },
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 7 },
  white: '#ffffff',
  black: '#171d1f',
  fontFamily: font,
  fontSizes: { xs: rem(12), sm: rem(14), md: rem(16), lg: rem(20), xl: rem(28) },
  lineHeights: { xs: '1.35', sm: '1.45', md: '1.5', lg: '1.4', xl: '1.25' },
  spacing: { xs: rem(8), sm: rem(12), md: rem(16), lg: rem(24), xl: rem(32) },
  radius: { xs: rem(8), sm: rem(8), md: rem(12), lg: rem(16), xl: rem(16) },
  defaultRadius: 'md',
  headings: {
    fontFamily: font,
    fontWeight: '650',
    sizes: {
      h1: { fontSize: rem(28), lineHeight: '1.25' },
      h2: { fontSize: rem(20), lineHeight: '1.4' },
      h3: { fontSize: rem(16), lineHeight: '1.5' },
    },
  },
  respectReducedMotion: true,
  focusRing: 'auto',
  cursorType: 'pointer',
  components: {
    Button: { defaultProps: { size: 'md' }, vars: tall },
    TextInput: { defaultProps: { size: 'md' }, vars: tallInput },
    PasswordInput: { defaultProps: { size: 'md' }, vars: tallInput },
    NativeSelect: { defaultProps: { size: 'sm' }, styles: { input: { textOverflow: 'ellipsis' } } },
    InputWrapper: { styles: { label: { marginBottom: rem(4) } } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: false, events: { hover: true, focus: true, touch: false } } },
    Menu: { defaultProps: { radius: 'md', withInitialFocusPlaceholder: false, shadow: 'md', transitionProps: { duration: motion.quick, transition: 'fade' } } },
    Modal: { defaultProps: { centered: true, radius: 'lg', transitionProps: { duration: motion.calm, transition: 'fade' } }, styles: { title: { fontWeight: 650 } } },
  },
});

/** Tokens that Mantine has no name for, as CSS variables. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {
    ...Object.fromEntries(space.map((px) => [`--space-${px}`, rem(px)])),
    ...Object.fromEntries(Object.keys(text).map((px) => [`--text-${px}`, rem(Number(px))])),
    '--radius-8': rem(8),
    '--radius-12': rem(12),
    '--radius-16': rem(16),
    '--radius-round': '999px',
    '--motion-quick': `${motion.quick}ms`,
    '--motion-calm': `${motion.calm}ms`,
    '--shadow-float': '0 8px 32px rgb(0 0 0 / 0.24), 0 2px 8px rgb(0 0 0 / 0.16)',
    '--stage-background': '#0d1112',
    '--stage-tile': '#1a2123',
    '--stage-raised': '#232b2e',
    '--stage-hover': '#2e383b',
    '--stage-line': '#2b3336',
    '--stage-text': '#f1f4f4',
    '--stage-quiet': '#aab5b8',
    '--stage-veil': 'rgb(13 17 18 / 0.72)',
    '--stage-ring': '#41a8b1',
    '--stage-accent': '#0b6770',
    '--stage-danger': '#cf2f42',
    '--stage-danger-hover': '#bd2437',
    '--stage-warning': '#f0b64a',
    '--stage-recording': '#ee8490',
    ...Object.fromEntries(personColors.map((color, index) => [`--person-${index}`, color])),
    '--on-person': '#ffffff',
  },
  light: {
    '--mantine-color-body': '#f7f9f9',
    '--page-card': '#ffffff',
    '--page-line': '#e2e7e8',
    '--page-text': '#171d1f',
    '--page-quiet': '#5c696d',
    '--page-accent': '#0b6770',
    '--page-soft': '#e6f4f5',
    '--page-good': '#2f6f2f',
    '--page-danger': '#bd2437',
    '--mantine-color-dimmed': '#5c696d',
    '--mantine-color-placeholder': '#667377',
    '--mantine-color-error': '#bd2437',
  },
  dark: {
    '--mantine-color-body': '#101415',
    '--page-card': '#161b1d',
    '--page-line': '#2b3336',
    '--page-text': '#e3e8e9',
    '--page-quiet': '#9ca7aa',
    '--page-accent': '#63bac2',
    '--page-soft': '#12282b',
    '--page-good': '#8fce8a',
    '--page-danger': '#ee8490',
    '--mantine-color-dimmed': '#9ca7aa',
    '--mantine-color-placeholder': '#8a979b',
    '--mantine-color-error': '#ee8490',
  },
});
