/** Files in the chat: the button that sends one, and the line that fetches one. */
import { Download, Paperclip } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChatMessage } from '../shared/api.types';
import { useRegional } from '../shared/hooks';
import { useMeeting } from './context';
import styles from './ChatFiles.module.css';

type SharedFile = NonNullable<ChatMessage['file']>;

export function AttachFile() {
  const { t } = useTranslation();
  const { connection, rights } = useMeeting();
  const input = useRef<HTMLInputElement>(null);
  if (!rights.file_transfer_send) return null;
  return (
    <>
      <button type="button" className={styles.attach} aria-label={t('meeting.sendFile')} title={t('meeting.sendFile')} onClick={() => input.current?.click()} data-testid="send-file">
        <Paperclip size={20} aria-hidden />
      </button>
      <input
        ref={input}
        type="file"
        hidden
        data-testid="file-input"
        onChange={({ currentTarget }) => {
          for (const file of currentTarget.files ?? []) void connection.chat.sendFile(file);
          currentTarget.value = '';
        }}
      />
    </>
  );
}

export function FileLine({ file }: { file: SharedFile }) {
  const { t } = useTranslation();
  const language = useRegional();
  const { connection } = useMeeting();
  const [state, setState] = useState<'there' | 'busy' | 'gone'>('there');
  const fetchIt = async () => {
    setState('busy');
    try {
      save(await connection.chat.fetchFile(file.id), file.name);
      setState('there');
    } catch {
      setState('gone');
    }
  };
  return (
    <button type="button" className={styles.file} disabled={state === 'busy'} onClick={() => void fetchIt()} data-testid="chat-file">
      <Download size={20} aria-hidden />
      <span className={styles.name}>{file.name}</span>
      <span className={styles.size}>{state === 'gone' ? t('meeting.fileGone') : readableSize(file.size, language)}</span>
    </button>
  );
}

/** `1.2 MB` in the language's own way. */
export function readableSize(bytes: number, language: string): string {
  const units = ['byte', 'kilobyte', 'megabyte'] as const;
  const step = bytes < 1000 ? 0 : bytes < 1_000_000 ? 1 : 2;
  const options = { style: 'unit', unit: units[step] ?? 'byte', unitDisplay: 'short', maximumFractionDigits: step === 2 ? 1 : 0 } as const;
  return new Intl.NumberFormat(language, options).format(bytes / 1000 ** step);
}

function save(content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
