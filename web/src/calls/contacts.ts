/** A person's address book with who is there, kept true by the line. */
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useDebouncedValue } from '@mantine/hooks';
import { useEffect } from 'react';
import { api } from '../shared/api';
import type { ContactCard, ContactCards } from '../shared/api.types';
import { onLine, say } from '../shared/line';

const KEY = ['contacts'];
/** Milliseconds without another letter before the server is asked. */
const PAUSE = 250;
let watching = 0;

/** Those who can be called first, then by name. */
export function inOrder(contacts: readonly ContactCard[], language: string): ContactCard[] {
  const weight = (one: ContactCard) => (canRing(one) ? 0 : one.user_id ? 1 : 2);
  return contacts.toSorted((a, b) => weight(a) - weight(b) || a.display_name.localeCompare(b.display_name, language));
}

/** Whether somebody has a page open; busy people are rung too. */
export function canRing(contact: ContactCard): boolean {
  return contact.user_id !== null && contact.status > 0;
}

/** The contacts with statuses that are news. */
export function withStatuses(contacts: ContactCard[], statuses: Record<string, number>): ContactCard[] {
  return contacts.map((one) => {
    const status = one.user_id === null ? undefined : statuses[one.user_id];
    return status === undefined || status === one.status ? one : { ...one, status: status as ContactCard['status'] };
  });
}

export function useContacts(enabled: boolean) {
  const client = useQueryClient();
  useEffect(() => {
    if (!enabled) return;
    watching += 1;
    say({ type: 'watch' });
    const stop = onLine((message) => {
      if (message.type === 'welcome') say({ type: 'watch' });
      if (message.type !== 'presence') return;
      const statuses = message.statuses as Record<string, number>;
      client.setQueryData<ContactCards>(KEY, (before) => before && { ...before, contacts: withStatuses(before.contacts, statuses) });
    });
    return () => {
      stop();
      watching -= 1;
      if (watching === 0) say({ type: 'unwatch' });
    };
  }, [enabled, client]);
  return useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) => {
      const found = await api.contacts('', signal);
      // New contacts are watched from now on; the answer to this comes after the list and makes it true.
      say({ type: 'watch' });
      return found;
    },
    enabled,
    refetchInterval: 60_000,
  });
}

/** The contacts whose names have a text in them. Where the book is too long to be here whole, the server looks. */
export function useFoundContacts(wanted: string) {
  const book = useContacts(true);
  const needle = wanted.trim().toLocaleLowerCase();
  const more = book.data?.more ?? false;
  const [asked] = useDebouncedValue(needle, PAUSE);
  const found = useQuery({
    queryKey: [...KEY, 'found', asked],
    queryFn: ({ signal }) => api.contacts(asked, signal),
    enabled: more && asked !== '',
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });
  const all = book.data?.contacts;
  const asksServer = more && needle !== '';
  return {
    all,
    more,
    pending: book.isPending,
    /** The server has not answered for these letters yet. */
    looking: asksServer && (asked !== needle || found.isFetching),
    shown: asksServer ? (found.data?.contacts ?? []) : (all ?? []).filter((one) => one.display_name.toLocaleLowerCase().includes(needle)),
  };
}
