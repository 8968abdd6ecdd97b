-- migrate:up

-- The catalogue as of the sources (2.1), amounts in the store's currency. Channels: 1 API status, 2 email, 3 chat,
-- 4 phone. Services: 1 technical account manager, 2 hotline, 3 quarterly review. Clocks: business hours, around the clock.

INSERT INTO plan (plan_id, rank, self_service) VALUES
    ('developer', 1, true),
    ('production', 2, true),
    ('business', 3, true),
    ('personalized', 4, false);

INSERT INTO plan_text (plan_id, language_code, display_name, description) VALUES
    ('developer', 'en', 'Developer', 'Free for every account: notifications of the API''s status, and support by email.'),
    ('developer', 'fr', 'Développeur', 'Gratuit pour chaque compte : notifications d''état de l''API et assistance par e-mail.'),
    ('developer', 'ja', 'デベロッパー', 'すべてのアカウントで無料。APIステータス通知とメールサポート。'),
    ('production', 'en', 'Production', 'Guaranteed response times in business hours, and support by email and chat.'),
    ('production', 'fr', 'Production', 'Temps de réponse garantis aux heures ouvrables, assistance par e-mail et par chat.'),
    ('production', 'ja', 'プロダクション', '営業時間内の応答時間を保証。メールとチャットによるサポート。'),
    ('business', 'en', 'Business', 'Around-the-clock response to critical cases, and support by email, chat and phone.'),
    ('business', 'fr', 'Entreprise', 'Réponse 24 h/24 et 7 j/7 aux cas critiques, assistance par e-mail, par chat et par téléphone.'),
    ('business', 'ja', 'ビジネス', '重大な問題には24時間365日対応。メール、チャット、電話によるサポート。'),
    ('personalized', 'en', 'Personalized', 'A technical account manager, a support hotline and a quarterly review, with everything of Business.'),
    ('personalized', 'fr', 'Personnalisé', 'Responsable de compte technique, ligne d''assistance et évaluation trimestrielle, en plus de l''offre Entreprise.'),
    ('personalized', 'ja', 'パーソナライズド', 'ビジネスのすべてに加え、専任テクニカルアカウントマネージャー、サポートホットライン、四半期レビュー。');

INSERT INTO plan_version (plan_id, version_number, effective_day, rate, minimum, guarantees, channels, services,
                          record_time, record_cutoff) VALUES
    ('developer', 1, '0001-01-01', 0, 0, '[]', '{1,2}', '{}', '-infinity', 0),
    ('production', 1, '0001-01-01', 0.04, 250,
     '[{"priority": 1, "response_minutes": 180, "clock": 1, "exclusive": false},
       {"priority": 2, "response_minutes": 360, "clock": 1, "exclusive": false},
       {"priority": 3, "response_minutes": 540, "clock": 1, "exclusive": false}]',
     '{1,2,3}', '{}', '-infinity', 0),
    ('business', 1, '0001-01-01', 0.06, 1500,
     '[{"priority": 1, "response_minutes": 60, "clock": 2, "exclusive": true},
       {"priority": 2, "response_minutes": 120, "clock": 1, "exclusive": false},
       {"priority": 3, "response_minutes": 180, "clock": 1, "exclusive": false}]',
     '{1,2,3,4}', '{}', '-infinity', 0),
    ('personalized', 1, '0001-01-01', 0.08, 5000,
     '[{"priority": 1, "response_minutes": 60, "clock": 2, "exclusive": false},
       {"priority": 2, "response_minutes": 120, "clock": 1, "exclusive": false},
       {"priority": 3, "response_minutes": 180, "clock": 1, "exclusive": false}]',
     '{1,2,3,4}', '{1,2,3}', '-infinity', 0);

-- migrate:down

DELETE FROM plan_version;
DELETE FROM plan_text;
DELETE FROM plan;
