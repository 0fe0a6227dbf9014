/** The chat: what was said, what is on its way, and the field to write. */
import { SendHorizontal } from 'lucide-react';
import { type FormEvent, type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChatMessage } from '../shared/api.types';
import { useRegional } from '../shared/hooks';
import { timeOfDay } from '../shared/time';
import { useMeeting } from './context';
import type { Pending } from './chat';
import { AttachFile, FileLine, readableSize } from './ChatFiles';
import { linkParts } from './links';
import styles from './SidePanel.module.css';

const LONGEST = 4096;
/** Messages of one person within this many seconds stand under one name. */
const TOGETHER = 180;
const NEAR_END = 80;

export function ChatPanel() {
  const { t } = useTranslation();
  const { connection, participation, rights } = useMeeting();
  const { messages, pending } = useSyncExternalStore(connection.chat.subscribe, connection.chat.snapshot);
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const count = messages.length + pending.length;

  useLayoutEffect(() => {
    if (count > 0 && atEnd.current && list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [count]);

  return (
    <>
      {/* A region that scrolls must be reachable by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div ref={list} className={styles.scroll} role="log" aria-label={t('meeting.chat')} tabIndex={0} data-testid="messages" onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        atEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END;
      }}>
        {count === 0 && <p className={styles.empty}>{t(rights.chat_rcv ? (rights.chat_send ? 'meeting.noMessages' : 'meeting.noMessagesYet') : 'meeting.cannotRead')}</p>}
        {messages.map((message, index) => (
          <Message key={message.id} message={message} follows={follows(messages[index - 1], message)} own={message.from_id === participation.participant_id} />
        ))}
        {pending.map((one) => <Unsent key={`p${one.key}`} one={one} />)}
      </div>
      {rights.chat_send ? <Write /> : <p className={styles.forbidden}>{t('meeting.cannotWrite')}</p>}
    </>
  );
}

function follows(before: ChatMessage | undefined, message: ChatMessage): boolean {
  return before?.from_id === message.from_id && message.time - before.time < TOGETHER;
}

function Message({ message, follows, own }: { message: ChatMessage; follows: boolean; own: boolean }) {
  const { t } = useTranslation();
  const language = useRegional();
  return (
    <div className={styles.message} data-follows={follows} data-testid="message" data-own={own}>
      {!follows && (
        <div className={styles.head}>
          <span className={styles.from}>{own ? t('meeting.me') : message.from_display_name}</span>
          <time className={styles.at} dateTime={new Date(message.time * 1000).toISOString()}>{timeOfDay(message.time, language)}</time>
        </div>
      )}
      {message.file ? <FileLine file={message.file} /> : <p className={styles.words}>
        {linkParts(message.message).map((part) =>
          part.url ? <a key={part.at} href={part.url} target="_blank" rel="noopener noreferrer nofollow">{part.text}</a> : part.text,
        )}
      </p>}
    </div>
  );
}

/** What is on its way; what failed can be sent again, or put away where that is of no use. */
function Unsent({ one: { key, text, state, limit } }: { one: Pending }) {
  const { t } = useTranslation();
  const language = useRegional();
  const { chat } = useMeeting().connection;
  return (
    <div className={styles.message} data-testid="pending-message">
      <p className={styles.words}>{text}</p>
      {state === 'sending' && <span className={styles.sending}>{t('meeting.sending')}</span>}
      {state === 'failed' && (limit !== undefined ? (
        <button type="button" className={styles.again} onClick={() => chat.drop(key)}>{t('meeting.tooLarge', { limit: readableSize(limit, language) })}</button>
      ) : (
        <button type="button" className={styles.again} onClick={() => void chat.again(key)}>{t('meeting.notSent')}</button>
      ))}
    </div>
  );
}

function Write() {
  const { t } = useTranslation();
  const { connection } = useMeeting();
  const [text, setText] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);

  const send = (event?: FormEvent) => {
    event?.preventDefault();
    const words = text.trim();
    if (!words) return;
    setText('');
    void connection.chat.say(words);
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <form className={styles.write} onSubmit={send}>
      <AttachFile />
      <textarea ref={field} rows={1} maxLength={LONGEST} value={text} placeholder={t('meeting.write')} aria-label={t('meeting.write')} onChange={(event) => setText(event.currentTarget.value)} onKeyDown={onKeyDown} data-testid="chat-input" />
      <button type="submit" className={styles.send} disabled={text.trim() === ''} aria-label={t('meeting.send')} data-testid="chat-send">
        <SendHorizontal size={20} aria-hidden />
      </button>
    </form>
  );
}
