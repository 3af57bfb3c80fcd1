import { SearchX } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Button } from "../design/Button";
import { EmptyState } from "../design/EmptyState";
import { OnSight } from "../design/OnSight";
import { SearchField } from "../design/SearchField";
import { SelectField } from "../design/SelectField";
import { useLater } from "../design/useLater";
import { useFormats } from "../language/format";
import { DirectoryCounts } from "./operations";
import { Failed, People, PersonLink, Waiting } from "./PeopleList";
import { usePresence } from "./presence";
import { useDirectory, type DirectoryFilter } from "./useDirectory";
import styles from "./People.module.css";

const ROLES = ["CLINICIAN", "STAFF", "PATIENT", "CAREGIVER", "STUDENT", "ADMIN"] as const;

type Facets = Pick<DirectoryFilter, "role" | "specialization" | "institution" | "verified">;

/** Everybody the viewer may write to, by words and by what they have in common. */
export function DirectoryTab() {
  const { t } = useTranslation();
  const [words, setWords] = useState("");
  const [facets, setFacets] = useState<Facets>({});
  const query = useLater(words.trim());
  const filter: DirectoryFilter = { query: query || null, ...facets };
  const { people, error, isLoading, more, retry } = useDirectory(filter);
  usePresence(people?.slice(-100).map(({ id }) => id) ?? []);

  return (
    <>
      <div className={styles.search}>
        <SearchField label={t("people.search")} value={words} onChange={setWords} />
        <FacetRow query={filter.query ?? null} facets={facets} onChange={setFacets} />
      </div>
      <div className={styles.scroll} aria-busy={isLoading}>
        {people && (
          <People title={null}>
            {people.map((person) => (
              <PersonLink key={person.id} person={person} tab="find" />
            ))}
          </People>
        )}
        {!people && (error ? <Failed error={error} retry={retry} /> : <Waiting />)}
        {people?.length === 0 && !isLoading && (
          <EmptyState icon={<SearchX size={32} />} title={t("people.nobody")} lead={t("people.nobodyLead")} />
        )}
        {more && <OnSight onSight={more} />}
      </div>
    </>
  );
}

type FacetProps = { query: string | null; facets: Facets; onChange: (facets: Facets) => void };

function FacetRow({ query, facets, onChange }: FacetProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  // What a choice would leave, given the other choices; so each is counted without itself.
  const fields = useCounts({ query, ...facets, specialization: null })?.specializations ?? [];
  const places = useCounts({ query, ...facets, institution: null })?.institutions ?? [];
  const options = (groups: { value: string; people: number }[], chosen: string | null | undefined) => {
    const known = groups.some(({ value }) => value === chosen) || chosen == null;
    return (known ? groups : [...groups, { value: chosen, people: 0 }]).map(
      ({ value, people }) => [value, t("people.counted", { value, people: formats.number(people) })] as const,
    );
  };
  const change = (part: Facets) => {
    const next = { ...facets, ...part };
    onChange(Object.fromEntries(Object.entries(next).filter(([, value]) => value)));
  };
  return (
    <div className={styles.facets} role="group" aria-label={t("people.narrow")}>
      <SelectField
        label={t("people.role")}
        none={t("people.anyRole")}
        value={facets.role ?? null}
        onChoose={(role) => change({ role })}
        choices={ROLES.map((role) => [role, t(`roles.${role}`)])}
      />
      <SelectField
        label={t("people.specialization")}
        none={t("people.anySpecialization")}
        value={facets.specialization ?? null}
        onChoose={(specialization) => change({ specialization })}
        choices={options(fields, facets.specialization)}
      />
      <SelectField
        label={t("people.institution")}
        none={t("people.anyInstitution")}
        value={facets.institution ?? null}
        onChoose={(institution) => change({ institution })}
        choices={options(places, facets.institution)}
      />
      <label className={styles.check}>
        <input
          type="checkbox"
          checked={facets.verified ?? false}
          onChange={(event) => change({ verified: event.target.checked || null })}
        />
        {t("people.verifiedOnly")}
      </label>
      {Object.keys(facets).length > 0 && (
        <Button look="plain" className={styles.clear} onClick={() => onChange({})}>
          {t("people.clearFilters")}
        </Button>
      )}
    </div>
  );
}

function useCounts(filter: DirectoryFilter) {
  const [{ data }] = useQuery({ query: DirectoryCounts, variables: { filter } });
  return data?.users?.counts;
}
