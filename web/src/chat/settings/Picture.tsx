import { ImageUp, Trash2 } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { Avatar } from "../design/Avatar";
import { Button } from "../design/Button";
import { say } from "../design/toasts";
import type { Person } from "../people/person";
import { UpdateProfile } from "./operations";
import { useChange } from "../api/useChange";
import styles from "./Picture.module.css";

const Crop = lazy(() => import("./Crop"));

/** The picture of the viewer: to choose another, or none. */
export function Picture({ person }: { person: Person }) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File>();
  const [, update] = useMutation(UpdateProfile);
  const { isBusy, change } = useChange();

  const take = async (avatarId: string | null) => {
    const isDone = await change(update({ input: { avatarId } }), (data) => data.updateProfile);
    if (isDone) say(t(avatarId === null ? "settings.profile.pictureRemoved" : "settings.profile.pictureSaved"));
    return isDone;
  };

  return (
    <div className={styles.picture}>
      <Avatar person={{ ...person, presence: null }} size="xl" />
      <div className={styles.buttons}>
        <input
          ref={input}
          type="file"
          accept="image/png,image/jpeg,image/webp"
          hidden
          onChange={(event) => {
            setFile(event.target.files?.[0]);
            // The same file may be chosen again.
            event.target.value = "";
          }}
        />
        <Button look="soft" icon={<ImageUp size={18} aria-hidden />} onClick={() => input.current?.click()}>
          {t(person.avatar ? "settings.profile.otherPicture" : "settings.profile.choosePicture")}
        </Button>
        {person.avatar && (
          <Button
            look="plain"
            icon={<Trash2 size={18} aria-hidden />}
            isBusy={isBusy && !file}
            onClick={() => void take(null)}
          >
            {t("settings.profile.removePicture")}
          </Button>
        )}
      </div>
      {file && (
        <Suspense fallback={null}>
          <Crop file={file} onUploaded={take} onClose={() => setFile(undefined)} />
        </Suspense>
      )}
    </div>
  );
}
