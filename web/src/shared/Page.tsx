/** The frame of the calm pages: mark, language, light or dark, and the content in the middle. */
import { ActionIcon, Anchor, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { Moon, Sun } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { chooseLanguage, languages } from './i18n';
import markUrl from './mark.svg';
import styles from './Page.module.css';
import { navigate } from './routes';

export function Page({ title, children, bare }: { title: string; children: ReactNode; bare?: boolean }) {
  useEffect(() => {
    document.title = `${title} · Rostrum`;
  }, [title]);
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        {bare ? <span className={styles.mark}><Mark /></span> : <HomeLink />}
        <div className={styles.switches}>
          <LanguageSwitch />
          <SchemeSwitch />
        </div>
      </header>
      <main className={styles.main}>{children}</main>
    </div>
  );
}

function Mark() {
  return (
    <>
      <img src={markUrl} alt="" width={28} height={28} />
      <span>Rostrum</span>
    </>
  );
}

function HomeLink() {
  const go = (event: React.MouseEvent) => {
    if (event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    navigate('/');
  };
  return (
    <Anchor href="/" onClick={go} className={styles.mark} underline="never">
      <Mark />
    </Anchor>
  );
}

function LanguageSwitch() {
  const { i18n, t } = useTranslation();
  const next = i18n.language === 'ru' ? 'en' : 'ru';
  return (
    <button
      type="button"
      className={styles.language}
      lang={next}
      onClick={() => void chooseLanguage(next)}
      aria-label={t('page.language', { language: languages[next] })}
    >
      {languages[next]}
    </button>
  );
}

function SchemeSwitch() {
  const { t } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const next = scheme === 'dark' ? 'light' : 'dark';
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size={44}
      onClick={() => setColorScheme(next)}
      aria-label={next === 'dark' ? t('page.dark') : t('page.light')}
      data-testid="scheme-switch"
    >
      {next === 'dark' ? <Moon size={20} aria-hidden /> : <Sun size={20} aria-hidden />}
    </ActionIcon>
  );
}
